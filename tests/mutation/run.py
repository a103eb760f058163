"""Each rule broken on purpose turns something red: tests/mutation/*.mut say how, this carries it out.

An entry (entries are parted by an empty line):

    rule: nobody authorises what they declare
    file: engine/act.c
    - 	if (has_authorised(i, person))
    + 	if (false)
    red: scenario 0310

The `-` lines stand in the file exactly once, in a row; the `+` lines take their place. `red:` names scenario files by their
numbers or one unit test. The entry holds if these pass as the code is and fail (or hang) with the change; a change that does not
compile proves nothing and is an error, and so is an entry that does not fit the file any more.

    python3 tests/mutation/run.py [PART ...]   carries them out, in a copy of the tree
    python3 tests/mutation/run.py --applies    every entry fits its file and stands in docs/MUTATIONS.md (part of make lint)
    python3 tests/mutation/run.py --page       writes docs/MUTATIONS.md"""

import collections
import glob
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(ROOT, "build")))
PAGE = os.path.join(ROOT, "docs/MUTATIONS.md")
Entry = collections.namedtuple("Entry", "part line rule file old new red")


class Wrong(Exception):
    pass


def parse(path):
    part = os.path.basename(path)[: -len(".mut")]
    with open(path, encoding="utf-8") as f:
        blocks, block, start = [], [], 1
        for number, line in enumerate(f.read().split("\n") + [""], 1):
            if line == "":
                if block:
                    blocks.append((start, block))
                block, start = [], number + 1
            elif not line.startswith("#"):
                block.append(line)
    for start, block in blocks:
        fields, old, new = {}, [], []
        for line in block:
            key = line.split(":", 1)[0]
            if line[:2] in ("- ", "-\t") or line == "-":
                old.append(line[2:])
            elif line[:2] in ("+ ", "+\t") or line == "+":
                new.append(line[2:])
            elif key in ("rule", "file", "red") and key not in fields:
                fields[key] = line.split(":", 1)[1].strip()
            else:
                raise Wrong(f"{path}:{start}: '{line}' is no line of an entry")
        if set(fields) != {"rule", "file", "red"} or not old:
            raise Wrong(f"{path}:{start}: an entry has rule, file, red and lines to replace")
        yield Entry(part, start, fields["rule"], fields["file"], "\n".join(old), "\n".join(new), fields["red"].split())


def entries(parts):
    found = []
    for path in sorted(glob.glob(os.path.join(HERE, "*.mut"))):
        if not parts or os.path.basename(path)[: -len(".mut")] in parts:
            found += parse(path)
    return found


def changed(text, entry):
    """The file's text with the change. Lines match whole but for the blanks at their ends."""
    lines, old = text.split("\n"), [line.strip() for line in entry.old.split("\n")]
    at = [i for i in range(len(lines) - len(old) + 1) if [line.strip() for line in lines[i : i + len(old)]] == old]
    if len(at) != 1:
        raise Wrong(f"tests/mutation/{entry.part}.mut:{entry.line}: its lines stand {len(at)} times in {entry.file}, once is needed")
    return "\n".join(lines[: at[0]] + entry.new.split("\n") + lines[at[0] + len(old) :])


def proofs(entry):
    """What must go red, as paths below the tree."""
    kind, names = entry.red[0], entry.red[1:]
    if kind == "unit" and len(names) == 1:
        if not os.path.exists(os.path.join(ROOT, "tests/unit", names[0] + ".c")):
            raise Wrong(f"tests/mutation/{entry.part}.mut:{entry.line}: there is no tests/unit/{names[0]}.c")
        return []
    if kind != "scenario" or not names:
        raise Wrong(f"tests/mutation/{entry.part}.mut:{entry.line}: red is 'scenario NNNN ...' or 'unit test_NAME'")
    files = []
    for n in names:
        match = glob.glob(os.path.join(ROOT, f"tests/scenario/{n}-*.scn"))
        if len(match) != 1:
            raise Wrong(f"tests/mutation/{entry.part}.mut:{entry.line}: {len(match)} scenarios have the number {n}")
        files.append(os.path.relpath(match[0], ROOT))
    return files


def check_fit(found):
    wrong = 0
    for e in found:
        try:
            with open(os.path.join(ROOT, e.file), encoding="utf-8") as f:
                changed(f.read(), e)
            proofs(e)
        except (Wrong, OSError) as why:
            print(f"mutation: {why}")
            wrong += 1
    return wrong


class Tree:
    """A copy of the checkout, built apart; only what differs is copied, so that little is compiled anew."""

    def __init__(self):
        self.path = os.path.join(BUILD, "mutation/tree")
        listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], check=True, capture_output=True, text=True).stdout
        wanted = [name for name in listed.split("\n") if name and os.path.isfile(os.path.join(ROOT, name))]
        for name in wanted:
            self.restore(name)
        modules = os.path.join(self.path, "dashboard/node_modules")  # what npm installed
        if not os.path.islink(modules):
            os.symlink(os.path.join(ROOT, "dashboard/node_modules"), modules)

    def restore(self, name):
        source, target = os.path.join(ROOT, name), os.path.join(self.path, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(source, "rb") as f:
            text = f.read()
        if os.path.exists(target):
            with open(target, "rb") as f:
                if f.read() == text:
                    return
        with open(target, "wb") as f:
            f.write(text)
        shutil.copymode(source, target)

    def write(self, name, text):
        with open(os.path.join(self.path, name), "w", encoding="utf-8") as f:
            f.write(text)

    def build(self, targets):
        # Beside the tree, and named from it: dependency files say the same whatever the compiler's cache makes of paths.
        return subprocess.run(["make", "-j2", "VARIANT=debug", "WARN=", "BUILD=../build"] + [f"../build/debug/{t}" for t in targets], cwd=self.path,
                              capture_output=True, text=True, check=False)

    def passes(self, entry):
        b = os.path.join(BUILD, "mutation/build/debug")
        files = proofs(entry)
        commands = [[os.path.join(b, "tool/tests/tools/scenario"), f] for f in files] or [[os.path.join(b, "test", entry.red[1])]]
        for c in commands:
            try:
                if subprocess.run(c, cwd=self.path, capture_output=True, timeout=120, check=False, env={**os.environ, "BUILD": os.path.dirname(b)}).returncode != 0:
                    return False
            except subprocess.TimeoutExpired:
                return False
        return True


def target_of(entry):
    return "test/" + entry.red[1] if entry.red[0] == "unit" else "tool/tests/tools/scenario"


def carry_out(found):
    tree, results, sound = Tree(), [], set()
    built = tree.build(sorted({target_of(e) for e in found}))
    if built.returncode != 0:
        raise Wrong("the tree does not build as it is:\n" + built.stderr[-2000:])
    for n, e in enumerate(found, 1):
        began = time.monotonic()
        if tuple(e.red) not in sound:
            if not tree.passes(e):
                raise Wrong(f"tests/mutation/{e.part}.mut:{e.line}: {' '.join(e.red)} fails without the change")
            sound.add(tuple(e.red))
        with open(os.path.join(ROOT, e.file), encoding="utf-8") as f:
            tree.write(e.file, changed(f.read(), e))
        built = tree.build([target_of(e)])
        result = "does not compile" if built.returncode != 0 else "SURVIVES" if tree.passes(e) else "red"
        tree.restore(e.file)
        tree.build([target_of(e)])
        results.append((e, result))
        print(f"{n}/{len(found)} {result}: {e.part}: {e.rule} ({time.monotonic() - began:.1f} s)", flush=True)
        if result == "does not compile":
            print("    " + "\n    ".join(built.stderr.strip().split("\n")[:4]))
    return results


def page(found):
    out = ["# Rules broken on purpose", "", "`make mutations` (`tests/mutation/run.py`, part of `make check`) breaks each rule in a copy of the code, as the part's file",
           "`tests/mutation/PART.mut` says: the named test must then go red. `make lint` proves that every entry still fits the code and stands here.", "",
           f"{len(found)} rules.", "", "| Part | Rule | Broken in | Goes red |", "|---|---|---|---|"]
    for e in found:
        out.append(f"| {e.part} | {e.rule.replace('|', chr(92) + '|')} | `{e.file}` | {' '.join(e.red)} |")
    return "\n".join(out) + "\n"


def page_in_step(found):
    with open(PAGE, encoding="utf-8") as f:
        if f.read() == page(found):
            return True
    print("mutation: docs/MUTATIONS.md is not in step with tests/mutation; run tests/mutation/run.py --page")
    return False


def main(argv):
    flags, parts = [a for a in argv if a.startswith("--")], [a for a in argv if not a.startswith("--")]
    if set(flags) - {"--applies", "--page"} or len(flags) > 1 or (flags and parts):
        print(__doc__)
        return 2
    try:
        found = entries(parts)
        if not found:
            raise Wrong("there is no entry")
        wrong = check_fit(found)
        if "--page" in flags:
            with open(PAGE, "w", encoding="utf-8") as f:
                f.write(page(found))
        if "--applies" in flags and not page_in_step(found):
            wrong += 1
        if flags or wrong:
            return 1 if wrong else 0
        results = carry_out(found)
    except Wrong as why:
        print(f"mutation: {why}")
        return 2
    bad = [r for r in results if r[1] != "red"]
    print(f"{len(results) - len(bad)} red, {len(bad)} not")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
