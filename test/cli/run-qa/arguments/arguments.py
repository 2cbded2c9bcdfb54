"""Prints the arguments of a script whose command lines `pipeline init --from-run-qa` takes, with their defaults, as JSON.

  python arguments.py > training-4.46.json                  transformers' TrainingArguments, of the version that is installed
  python arguments.py SCRIPT.py > SCRIPT.json               of a script: only its declarations are looked at

The scripts are examples/pytorch/question-answering/run_qa.py and examples/legacy/question-answering/run_squad.py of
huggingface/transformers, and run_squad.py of google-research/bert.
"""
import ast, dataclasses, json, sys


def plain(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def dataclass_fields(source):
    """Fields of the dataclasses of a file: `name: type = field(default=…)`."""
    for tree in ast.walk(ast.parse(source)):
        if not isinstance(tree, ast.ClassDef):
            continue
        for each in tree.body:
            if isinstance(each, ast.AnnAssign) and isinstance(each.value, ast.Call):
                yield each.target.id, next((plain(k.value) for k in each.value.keywords if k.arg == "default"), None)


def argparse_arguments(source):
    """Calls of `add_argument("--name", default=…)`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "add_argument":
            given = {k.arg: plain(k.value) for k in call.keywords}
            yield plain(call.args[0])[2:], False if given.get("action") == "store_true" else given.get("default")


def absl_flags(source):
    """Calls of `flags.DEFINE_integer("name", default, …)`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "").startswith("DEFINE_"):
            yield plain(call.args[0]), plain(call.args[1])


def training_arguments():
    from transformers import TrainingArguments

    for field in dataclasses.fields(TrainingArguments):
        default = None if field.default is dataclasses.MISSING else field.default
        yield field.name, getattr(default, "value", default)


if len(sys.argv) == 1:
    found = dict(training_arguments())
else:
    source = open(sys.argv[1], encoding="utf-8").read()
    found = {**dict(dataclass_fields(source)), **dict(argparse_arguments(source)), **dict(absl_flags(source))}
print(json.dumps(found, indent=1, default=str))
