"""What the drivers share: processes one after the other, their output and peak memory, and the machine they ran on."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
RIVALS = TOP / "bench" / "rivals"
IMAGES = 45000  # the training part of CIFAR-10 after validation_split 0.1


def add_arguments(parser, rounds):
    parser.add_argument("--data", required=True, type=pathlib.Path, help="folder that holds cifar-10-batches-bin")
    parser.add_argument("--python", type=pathlib.Path, help="python3 of a virtual environment with the rivals, or its folder")
    parser.add_argument("--tlrun", type=pathlib.Path, help="the program to measure")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--json", type=pathlib.Path, help="also write every measurement here")


def parse(parser):
    args = parser.parse_args()
    if args.python and args.python.is_dir():
        args.python = args.python / "bin" / "python"
    if not args.python and not args.tlrun:
        parser.error("nothing to measure: give --tlrun, --python or both")
    return args


def environment():
    """Without variables that pin OpenBLAS to another processor's kernels."""
    return {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}


def run(command, extra=None):
    """Standard output and peak resident memory in MB of one process and those it started."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen([str(c) for c in command], stdout=out, stderr=err, stdin=subprocess.DEVNULL,
                                   env={**environment(), **(extra or {})}, cwd=RIVALS)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(map(str, command))}: exit {process.returncode}\n{err.read()[-2000:]}")
        return out.read(), usage.ru_maxrss / 1024


def rival(args, script, *options):
    """The record that a rival's script prints last."""
    out, peak = run([args.python.absolute(), RIVALS / script, args.data.resolve(), "--threads", args.threads, *options])
    record = json.loads(out.strip().splitlines()[-1])
    record["peak_rss_mb"] = round(peak, 1)
    return record


def tlrun(args, experiment, *settings, weights=None):
    """Run an experiment in a fresh results folder: (timing.json, the rows of history.csv, peak memory in MB, version)."""
    program = args.tlrun.resolve()
    extra = {"TLRUN_WEIGHTS": str(weights.resolve())} if weights else None
    with tempfile.TemporaryDirectory(prefix="tlrun-bench-") as results:
        _, peak = run([program, "run", experiment.resolve(), *settings, "--data", args.data.resolve(),
                       "--results", results, "--threads", args.threads, "-q"], extra)
        found = sorted(pathlib.Path(results).glob("*/*/seed-*/timing.json"))
        if not found:
            sys.exit(f"{program} left no timing.json")
        timing = json.loads(found[0].read_text())
        lines = (found[0].parent / "history.csv").read_text().split()
    history = [dict(zip(lines[0].split(","), line.split(","))) for line in lines[1:]]
    version, _ = run([program, "--version"])
    return timing, history, peak, version.splitlines()[0]


def peak_gflops(args):
    out, _ = run([args.tlrun.resolve(), "doctor", "--json", "--threads", args.threads])
    return json.loads(out).get("peak_gflops")


def processor():
    try:
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return "unknown processor"


def load_average():
    load = os.getloadavg()[0]
    if load > 0.3:
        print(f"warning: load average {load:.2f} before the start; other work disturbs the numbers", file=sys.stderr)
    return load


def rounds(args, todo):
    """Every program once a round, as a process of its own; the order turns, so that a machine that grows slower or faster
    favours none. By name: its records."""
    found = {name: [] for name in todo}
    for i in range(args.rounds):
        names = list(todo)
        names = names[i % len(names):] + names[:i % len(names)]
        for name in names:
            record = todo[name]()
            found[name].append(record)
            print(f"round {i + 1} {name}: {record['seconds']:.2f} s, {record['images_per_second']:.0f} images/s, "
                  f"{record['peak_rss_mb']:.0f} MB", file=sys.stderr)
    return found
