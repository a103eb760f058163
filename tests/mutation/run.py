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

    python3 tests/mutation/run.py [PART ...]   carries them out, beside the tree
    python3 tests/mutation/run.py --applies    every entry fits its file and stands in docs/MUTATIONS.md (part of make lint)
    python3 tests/mutation/run.py --page       writes docs/MUTATIONS.md"""

import collections
import concurrent.futures
import glob
import os
import shlex
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(ROOT, "build")))
OBJECTS = os.path.join(BUILD, "debug/obj")
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


class Workshop:
    """Compiles one changed file and links it ahead of the archives of the debug build, which stay as they are: of an archive the
    linker takes no member whose names it has already. What make knows (flags, archives, libraries) is asked of make, once."""

    def __init__(self, folder, make):
        self.folder, self.make = folder, make
        os.makedirs(folder, exist_ok=True)

    def built(self, entry):
        """The program with the change, or the compiler's words."""
        source = os.path.join(self.folder, os.path.basename(entry.file))
        with open(os.path.join(ROOT, entry.file), encoding="utf-8") as f:
            text = changed(f.read(), entry)
        with open(source, "w", encoding="utf-8") as f:
            f.write(text)
        made, program, m = source[:-2] + ".o", os.path.join(self.folder, "program"), self.make
        said = self.ran(m["CC"] + m["CPPFLAGS"] + m["CFLAGS"] + ["-w", "-g0", "-c", source, "-o", made])
        if said is None:
            wraps = [f"-Wl,--wrap={name}" for name in wrapped(entry)]
            said = self.ran(m["CC"] + m["LDFLAGS"] + m["TEST_LDFLAGS"] + ["-s", "-o", program, os.path.join(OBJECTS, main_of(entry)), made, *wraps, *m["SUPPORT"], *m["TEST_LIBS"]])
        return (program, None) if said is None else (None, said)

    def ran(self, command):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return None if done.returncode == 0 else done.stderr

    def verdict(self, entry, sound):
        program, said = self.built(entry)
        if program is None:
            return "does not compile", said
        return ("SURVIVES" if passes(program, entry, limit=20 + 10 * sound.seconds(entry)) else "red"), ""


class Sound:
    """What the entries name passes as the code is, and how long that takes: looked at once for each, whichever workshop comes first."""

    def __init__(self):
        self.took, self.lock = {}, threading.Lock()

    def seconds(self, entry):
        with self.lock:
            key = tuple(entry.red)
            if key not in self.took:
                began = time.monotonic()
                if not passes(os.path.join(BUILD, "debug", target_of(entry)), entry, limit=120):
                    raise Wrong(f"tests/mutation/{entry.part}.mut:{entry.line}: {' '.join(entry.red)} fails without the change")
                self.took[key] = time.monotonic() - began
            return self.took[key]


def passes(program, entry, limit):
    for arguments in [[f] for f in proofs(entry)] or [[]]:
        try:
            if subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, timeout=limit, check=False).returncode != 0:
                return False
        except subprocess.TimeoutExpired:
            return False
    return True


def target_of(entry):
    return "test/" + entry.red[1] if entry.red[0] == "unit" else "tool/tests/tools/scenario"


def main_of(entry):
    return f"tests/unit/{entry.red[1]}.o" if entry.red[0] == "unit" else "tests/tools/scenario.o"


def wrapped(entry):
    """The calls that a unit test replaces, as its first lines say to the Makefile as well."""
    if entry.red[0] != "unit":
        return []
    with open(os.path.join(ROOT, "tests/unit", entry.red[1] + ".c"), encoding="utf-8") as f:
        return [name for line in f if line.startswith(" * wrap: ") for name in line[len(" * wrap: ") :].split()]


def asked_of_make(found):
    """Builds what the entries name and returns make's words for the rest."""
    build = ["make", "-s", "-j2", "VARIANT=debug", f"BUILD={os.path.relpath(BUILD, ROOT)}"]
    targets = [f"{build[-1][len('BUILD='):]}/debug/{t}" for t in sorted({target_of(e) for e in found})]
    done = subprocess.run(build + targets, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Wrong("the tree does not build as it is:\n" + done.stderr[-2000:])
    said = subprocess.run(build + ["say-build"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line.split("=", 1)[0]: shlex.split(line.split("=", 1)[1]) for line in said.splitlines()}


def carry_out(found):
    make, sound, waiting, results, lock = asked_of_make(found), Sound(), list(enumerate(found, 1)), [], threading.Lock()
    waiting.reverse()

    def work(number):
        shop = Workshop(os.path.join(BUILD, "mutation", str(number)), make)
        while True:
            with lock:
                if not waiting:
                    return
                n, e = waiting.pop()
            began = time.monotonic()
            result, said = shop.verdict(e, sound)
            with lock:
                results.append((e, result))
                print(f"{n}/{len(found)} {result}: {e.part}: {e.rule} ({time.monotonic() - began:.1f} s)", flush=True)
                if said:
                    print("    " + "\n    ".join(said.strip().split("\n")[:4]))

    with concurrent.futures.ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as workers:
        for done in [workers.submit(work, number) for number in range(len(os.sched_getaffinity(0)))]:
            done.result()
    return results


def page(found):
    out = ["# Rules broken on purpose", "", "`make mutations` (`tests/mutation/run.py`, part of `make check`) breaks each rule in a copy of its file, as the part's file",
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
