/* The machine, and whether a run fits into it. */
#include <string.h>
#include <unistd.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/host.h"

static struct lab l;

static void
setup(void)
{
	lab_open(&l);
}

static void
teardown(void)
{
	lab_close(&l);
}

START_TEST(what_is_read_makes_sense)
{
	struct host h;
	char hash[65];
	host_read(l.a, &h);
	ck_assert(h.cores >= 1 && h.cores <= sysconf(_SC_NPROCESSORS_CONF));
	ck_assert(h.memory > 1 << 20 && h.available > 0 && h.available <= h.memory);
	ck_assert(*h.name && *h.cpu && *h.os);
	ck_assert_ptr_null(strchr(h.cpu, '\n'));
	ck_assert_int_eq(host_binary_hash(hash, NULL), OK);
	ck_assert_uint_eq(strspn(hash, "0123456789abcdef"), 64);
	const long long peak = host_peak_memory();
	ck_assert(peak > 1 << 18 && peak < h.memory);
}
END_TEST

START_TEST(clocks_go_forwards)
{
	const double a = host_seconds(), cpu = host_cpu_seconds();
	double b = a;
	while (b - a < 0.01) b = host_seconds();
	ck_assert(host_cpu_seconds() > cpu && host_cpu_seconds() - cpu < 1);
	const char *const t = host_time(l.a);
	ck_assert_uint_eq(strlen(t), 20);
	ck_assert(!strncmp(t, "20", 2) && t[10] == 'T' && t[19] == 'Z');
}
END_TEST

START_TEST(a_limit_is_kept)
{
	const struct trainer_memory m = { .total = 1 << 20 };
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", ""));
	ck_assert(experiment_fits(l.a, x, &m, &l.err) == OK);
	x->o.runtime.memory_limit = 1 << 20;
	ck_assert(experiment_fits(l.a, x, &m, &l.err) == OK);
	x->o.runtime.memory_limit = (1 << 20) - 1;
	ck_assert_int_eq(experiment_fits(l.a, x, &m, &l.err), ERR_MEMORY);
	ck_assert_msg(strstr(l.err.message, "/x.yaml: needs 1 MiB of memory and runtime.memory_limit "
		"allows 1024 KiB") || strstr(l.err.message, "allows 1 MiB"), "%s", l.err.message);
	ck_assert_ptr_nonnull(strstr(l.err.message, "lower training.batch_size or raise the limit"));
}
END_TEST

START_TEST(more_than_the_machine_has_is_refused)
{
	struct host h;
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", ""));
	host_read(l.a, &h);
	const struct trainer_memory m = { .total = (size_t)h.memory + 1 };
	ck_assert_int_eq(experiment_fits(l.a, x, &m, &l.err), ERR_MEMORY);
	ck_assert_ptr_nonnull(strstr(l.err.message, "and this machine has "));
}
END_TEST

/* Ticks of user, nice, system, idle, iowait, irq, softirq and steal. */
static double
busy(const char *before, const char *after, int *cpus)
{
	return host_busy_cpus(before, after, cpus);
}

START_TEST(busy_cpus_are_counted_from_two_readings)
{
	static const char old[] = "cpu  100 0 100 1000 0 0 0 0 7 7\ncpu0 1 2 3 4\ncpu1 1 2 3 4\n"
							  "intr 5\ncpu2 no\n";
	int cpus = 0;
	ck_assert(busy(old, "cpu  150 10 120 1100 20 0 0 0 9 9\ncpu0 1\ncpu1 1\nintr\n", &cpus) == 0.8);
	ck_assert_int_eq(cpus, 2);
	ck_assert(busy(old, "cpu  100 0 100 1200 0 0 0 0 7 7\ncpu0 1\n", &cpus) == 0);
	ck_assert(busy(old, "cpu  100 0 100 1000 0 0 0 50\ncpu0 1\ncpu1 1\n", &cpus) == 2);
	ck_assert(busy("cpu 1 2 3 4\ncpu0 1\n", "cpu 2 2 3 5\ncpu0 1\n", &cpus) == 0.5);
	/* What is no reading, and time that stood still or ran back. */
	ck_assert(busy("", old, &cpus) == -1);
	ck_assert(busy(old, "cpu  1 2\n", &cpus) == -1);
	ck_assert(busy(old, "cpu  200 0 100 1000 0 0 0 0\n", &cpus) == -1);
	ck_assert(busy(old, old, &cpus) == -1);
	ck_assert(busy(old, "cpu  1 0 1 1 0 0 0 0\ncpu0 1\n", &cpus) == -1);
}
END_TEST

Suite *
suite_host(void)
{
	Suite *s = suite_create("host");
	TCase *c = tcase_create("host");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, what_is_read_makes_sense);
	tcase_add_test(c, clocks_go_forwards);
	tcase_add_test(c, a_limit_is_kept);
	tcase_add_test(c, more_than_the_machine_has_is_refused);
	tcase_add_test(c, busy_cpus_are_counted_from_two_readings);
	suite_add_tcase(s, c);
	return s;
}
