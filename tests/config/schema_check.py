"""The JSON Schema on stdin accepts the files that follow --good and refuses those that follow --bad, but for
those that a schema cannot know to be wrong: they say why in a line "#! schema-accepts: REASON". YAML is read
by its 1.2 core schema, as tlrun does, and good files by PyYAML's own rules, too, where 1e-3 is a string.
Exit code 77, which automake counts as skipped, where jsonschema or PyYAML is missing."""
import json
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(missing)
    sys.exit(77)

# Rules that no schema states: YAML itself, parents, two keys together, shapes, names, numbers as written.
BEYOND = re.compile(rb'^#! schema-accepts: .', re.MULTILINE)


class Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}


for tag, pattern, first in (
        ('null', r'(?:~|null|Null|NULL|)$', '~nN\0'),
        ('bool', r'(?:true|True|TRUE|false|False|FALSE)$', 'tTfF'),
        ('int', r'(?:[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+)$', '-+0123456789'),
        ('float', r'(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|'
                  r'[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$', '-+0123456789.')):
    Loader.add_implicit_resolver('tag:yaml.org,2002:' + tag, re.compile(pattern),
                                 [c if c != '\0' else '' for c in first])
Loader.add_constructor('tag:yaml.org,2002:int', lambda loader, node: int(
    node.value,
    {'0x': 16, '0o': 8}.get(node.value[:2], 10)))


def read(path, loader):
    with open(path, 'rb') as f:
        return next(iter(yaml.load_all(f, loader)), None)


# What YAML 1.1 means by other words than 1.2: octal looks, sexagesimals, yes and no.
OTHER_IN_1_1 = {'scalars.yaml'}


def errors_of(validator, path, expected):
    loaders = [Loader]
    if expected == '--good' and path.rsplit('/', 1)[-1] not in OTHER_IN_1_1:
        loaders.append(yaml.SafeLoader)
    return [e for loader in loaders for e in [jsonschema.exceptions.best_match(
        validator.iter_errors(read(path, loader)))] if e]


def main():
    schema = json.load(sys.stdin)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failed = False
    expected = None
    for argument in sys.argv[1:]:
        if argument.startswith('--'):
            expected = argument
            continue
        with open(argument, 'rb') as f:
            beyond = BEYOND.search(f.read())
        try:
            errors = [e.message for e in errors_of(validator, argument, expected)]
        except (yaml.YAMLError, UnicodeDecodeError) as e:
            errors = [str(e)]
        wrong = bool(errors) if expected == '--good' or beyond else not errors
        if wrong:
            print('%s: %s' % (argument, errors[0] if errors else 'accepted'))
            failed = True
    return failed


sys.exit(main())
