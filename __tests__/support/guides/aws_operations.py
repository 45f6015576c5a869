"""Prints operations of the AWS CLI with their options, as JSON.

    python3 aws_operations.py 'cloudwatch set-alarm-state' 'ec2 wait instance-status-ok'

From the CLI's own tables (awscli of PyPI, whose operations are those of botocore's service models), so the CLI's additions,
such as `ecr get-login-password`, are among them. Nothing is called over the network.
"""
import importlib.metadata
import json
import sys

from awscli.clidriver import create_clidriver

# Longer lists, such as the types of instances, grow with every version of the CLI.
MAXIMUM_VALUES = 100


def kind(argument) -> str:
    return "switch" if argument.cli_type_name == "boolean" else "value"


def positional(argument) -> bool:
    """A file that a result is written to has no dashes either."""
    return argument.positional_arg or not argument.cli_name.startswith("--")


def options(table) -> dict[str, str]:
    return {f"--{name}": kind(argument) for name, argument in sorted(table.items()) if not positional(argument)}


def results(command) -> list[str]:
    """Members of what the service answers with, which --query selects from. The CLI's own commands have none."""
    shape = getattr(getattr(command, "_operation_model", None), "output_shape", None)
    return sorted(getattr(shape, "members", []))


def operation(driver, name: str) -> dict:
    command = driver
    for word in name.split(" "):
        command = command.create_help_command().command_table[word]
    table = command.arg_table
    models = {f"--{key}": getattr(argument, "argument_model", None) for key, argument in table.items()}
    values = {key: getattr(model, "enum", None) or [] for key, model in sorted(models.items())}
    return {
        "positional": [argument.name for argument in table.values() if positional(argument)],
        "required": sorted(f"--{key}" for key, a in table.items() if a.required and not positional(a)),
        "options": options(table),
        "values": {key: enum for key, enum in values.items() if 0 < len(enum) <= MAXIMUM_VALUES},
        "results": results(command),
    }


def main() -> None:
    driver = create_clidriver()
    versions = {name: importlib.metadata.version(name) for name in ("awscli", "botocore")}
    print(json.dumps({
        "source": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "options": options(driver.create_help_command().arg_table),
        "operations": {name: operation(driver, name) for name in sys.argv[1:]},
    }))


main()
