"""Renders the specs into docs/methods.md, between its two marks; --check only compares."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
METHODS = ROOT / "docs" / "methods.md"
SPECS = ROOT / "tests" / "specs" / "tables"
BEGIN, END = "<!-- specs: begin -->\n", "<!-- specs: end -->"


def parts(path):
    """(first word, rest of the line, body) of each part; the form is told in spec.h."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("  "):
            kind, _, argument = line.partition(" ")
            found.append((kind, argument, []))
        else:
            found[-1][2].append(line[2:])
    for _, _, body in found:
        while body and not body[-1]:
            body.pop()
    return found


def row(fields):
    return "| " + " | ".join(fields) + " |"


def cell(text):
    """P3 -> the mark and, in brackets, what only the inside knows."""
    match = re.fullmatch(r"([PS])([\d.]+)", text)
    if not match:
        return text
    mark = "**X** (3)" if match.group(1) == "P" else "X (3)"
    return mark.replace("3", match.group(2))


def cross_table(body):
    lines = [[field.strip() for field in line.split("|")] for line in body]
    head = [name.replace("\\", "\\\\") for name in lines[0]]
    return [row(head), row(["---"] * len(head))] + [row([cell(text) for text in line]) for line in lines[1:]]


def fenced(name, lines):
    return [f"`{name}`" if name else "", "", "```text", *lines, "```"]


def render_part(kind, argument, body):
    if kind == "source:":
        return ["Source: " + argument + "."]
    if kind == "text":
        return body
    if kind == "records":
        return fenced(argument, body)
    if kind in ("cells", "file"):
        return fenced(argument, body)
    if kind == "run":
        return ["```text", "$ " + argument, "```"]
    if kind == "exit":
        return [f"It ends with exit code {argument}."]
    if kind == "output":
        return ["```text", *body, "```"]
    if kind == "table":
        return [f"`{argument}`", "", *cross_table(body)]
    raise ValueError(f"{kind} is no part of a spec")


def render(path, number):
    lines = []
    for kind, argument, body in parts(path):
        if kind == "title:":
            lines += [f"### 8.{number} {argument}", ""]
        else:
            lines += [line for line in render_part(kind, argument, body)] + [""]
    # A command and what it prints are one block.
    text = re.sub(r"\n```\n\n```text\n(?!\$)", "\n", "\n".join(lines))
    return re.sub(r"\n{3,}", "\n\n", text)


def rendered():
    text = METHODS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    body = "\n".join(render(path, number) for number, path in enumerate(sorted(SPECS.glob("*.spec")), 1))
    return text, before + BEGIN + "\n" + body + "\n" + END + after


def main():
    now, then = rendered()
    if "--check" in sys.argv[1:]:
        sys.exit(0 if now == then else "docs/methods.md differs from the specs; run tests/specs/render.py")
    METHODS.write_text(then, encoding="utf-8")


if __name__ == "__main__":
    main()
