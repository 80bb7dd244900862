#!/usr/bin/env python3
"""A monkey at the keyboard of the workbench: random keys, commands, mouse, pastes, broken sequences, resizes and
signals. It looks for a crash, for a hang (no answer to a redraw within some seconds), for a terminal that is not
whole at the end, and for files changed outside its own folder.

AJ_MONKEY is the number of keys (3000; 100000 for the long run under sanitizers), AJ_SEED its seed. TAP on stdout.
"""
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_pty import BUILD, ENTER, LEAVE, MODES_OFF, PROGRAM, SRC, Session  # noqa: E402

KEYS = int(os.environ.get("AJ_MONKEY", "3000"))
SEED = int(os.environ.get("AJ_SEED", "0") or 0) or random.SystemRandom().randrange(1 << 31)
PATIENCE = float(os.environ.get("AJ_PATIENCE", "2"))  # seconds for an answer
NAMED = [b"\r", b"\t", b"\x1b", b"\x7f", b" ", b"\x1b[Z"] + [b"\x1b[" + c for c in (b"A", b"B", b"C", b"D", b"H", b"F")] + [
    b"\x1b[%d~" % n for n in (2, 3, 5, 6, 15, 17, 18, 19, 20, 21, 23, 24)] + [b"\x1bO" + c for c in (b"P", b"Q", b"R", b"S")] + [
    b"\x1b[1;%d%s" % (m, c) for m in (2, 3, 5, 6) for c in (b"A", b"B", b"C", b"D", b"H", b"F")]
TEXTS = ["SELECT id, body FROM comments WHERE score > 2", "x' OR '1'='1", "\u4f60\u597d \u0627\u0644\u0639 e\u0301\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467",
         "a\nb\r\nc\rd\te", "\x1b[31mred\x07", "(" * 300, "{{min_score}}", "--", "/* ", "''", "\x00\x01\x9b", "0", "-1", "99999999999999999999",
         ".*(", "\u202eabc", "long " * 400]
SIZES = [(80, 24), (120, 40), (200, 60), (81, 25), (60, 15), (1, 1), (300, 100), (80, 60), (200, 24)]


def commands():
    """Names of all actions, from the table."""
    for name in ("ui/keytable.c", "ui/keys.c"):
        path = os.path.join(SRC, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                found = set(re.findall(r'\{ACT_\w+,\s*"([a-z-]+)"', f.read()))
            if found:
                return sorted(found - {"quit"})
    return []


class Monkey(Session):
    def forget(self):
        """Old output goes; not while somebody looks for something behind a place in it."""
        if len(self.out) > 1 << 20:
            self.out = self.out[-(1 << 18):]


class Jungle:
    """A folder of its own for everything that keys can write, and rows to run queries on."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="aj-monkey-")
        shutil.copytree(os.path.join(SRC, "tests/screens/queries"), self.top + "/queries")
        shutil.copytree(os.path.join(SRC, "tests/screens/recipes"), self.top + "/recipes")
        os.makedirs(self.top + "/data/reddit")
        rng = random.Random(5)
        with open(self.top + "/data/reddit/comments.ndjson", "w", encoding="utf-8") as f:
            for i in range(3000):
                body = "Example %d: see https://example.org/%d and %s " % (i, i, rng.choice(TEXTS))
                f.write(json.dumps({"id": "c%d" % i, "subreddit": rng.choice(["LocalLLaMA", "OpenAI", "aww"]), "score": i % 10,
                                    "author": rng.choice(TEXTS), "body": body * rng.randint(1, 3)}) + "\n")
        self.seen = self.marks()

    def marks(self):
        """What must not change: the data, and the source's own queries and recipes."""
        found = {}
        for top in (self.top + "/data", os.path.join(SRC, "tests/screens/queries"), os.path.join(SRC, "queries")):
            for folder, _, names in os.walk(top):
                for name in names:
                    at = os.path.join(folder, name)
                    st = os.lstat(at)
                    found[at] = (st.st_size, st.st_mtime_ns)
        return found

    def start(self):
        local = os.access(os.path.join(BUILD, "athena-duck"), os.X_OK)
        argv = [PROGRAM] + (["--local", "--data", self.top + "/data"] if local else ["--endpoint-url", "http://127.0.0.1:9"])
        argv += ["--queries", self.top + "/queries", "--recipes", self.top + "/recipes"]
        asan = os.environ.get("ASAN_OPTIONS", "")
        with open(self.top + "/lsan", "w") as f:
            f.write("leak:libreadline\n")  # a search that is given up
        env = {"EDITOR": "true", "LSAN_OPTIONS": "print_suppressions=0:suppressions=" + self.top + "/lsan", "VISUAL": "true", "ASAN_OPTIONS": asan + ":log_path=" + self.top + "/asan",
               "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:log_path=" + self.top + "/ubsan"}
        s = Monkey(argv=argv, env=env, w=120, h=40)
        assert s.wait_for("ueries", 20), s.screen()
        return s

    def reports(self):
        """What the sanitizers said."""
        text = ""
        for name in sorted(os.listdir(self.top)):
            if name.startswith(("asan", "ubsan")):
                with open(os.path.join(self.top, name), errors="replace") as f:
                    text += f.read()
        return text


def mouse(rng):
    button = rng.choice((0, 0, 0, 1, 2, 32, 35, 64, 65, 66, 67, 68, 255))
    x, y = rng.choice(((rng.randint(1, 120), rng.randint(1, 40)), (0, 0), (9999, 9999), (rng.randint(1, 300), 2)))
    return b"\x1b[<%d;%d;%d%s" % (button, x, y, rng.choice((b"M", b"m")))


def one(rng, names):
    """One key, or what a finger on the wrong place makes of it."""
    what = rng.random()
    if what < 0.42:
        c = rng.choice("jjkkhlggGnNpPrRwWeEtTvVcCdDaAmMsSfFuUyYiIoOLxX/:?=+-<>[]{}0123456789^$ ;'\"|%&,._")
        return c.encode()
    if what < 0.62:
        return rng.choice(NAMED)
    if what < 0.70:
        c = bytes([rng.choice([i for i in range(1, 32) if i not in (26,)])])
        return c if rng.random() < 0.8 else b"\x1b" + c
    if what < 0.74:
        return b"\x1b" + rng.choice(b"123456789abcdefghijklmnorstuvwxyz;/<>").to_bytes(1, "big")
    if what < 0.82:
        return mouse(rng)
    if what < 0.85:
        return b"\x1b[200~" + rng.choice(TEXTS).encode("utf-8", "surrogateescape") + rng.choice((b"\x1b[201~", b"\x1b[201~", b""))
    if what < 0.91 and names:
        argument = rng.choice(("", "", " 1", " x", " author", " 0.2 author", " min_score=3", " zstd", " mono", " chat", " out.jsonl", " \u4f60"))
        return b"\x1b\x1b" + rng.choice((b":", b"\x1bx")) + (rng.choice(names) + argument).encode() + rng.choice((b"\r", b"\t\r", b"\x1b"))
    if what < 0.95:
        return bytes(rng.choice(b"\x1b[;0123456789M~<?:e\t\r \x7f\x1bOP\xff\xe6\xc3\x90\x9b") for _ in range(rng.randint(1, 20)))
    if what < 0.97:
        return rng.choice(("\u4f60", "\u00e9", "\U0001f600", "e\u0301", "\u0627")).encode()
    if what < 0.998:
        return rng.choice((b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9", b"\x1b1", b"\x1b6"))
    return b"q"


def signals(s, rng):
    what = rng.choice(("winch", "winch", "size", "size", "stop", "tstp"))
    if what == "size":
        s.resize(*rng.choice(SIZES))
    elif what == "winch":
        os.kill(s.pid, signal.SIGWINCH)
    else:
        os.kill(s.pid, signal.SIGSTOP if what == "stop" else signal.SIGTSTP)
        s.read(0.01)
        os.kill(s.pid, signal.SIGCONT)


def wake(s):
    """C-z stops it; there is no shell to bring it back."""
    try:
        with open("/proc/%d/stat" % s.pid) as f:
            if f.read().rsplit(")", 1)[1].split()[0] == "T":
                os.kill(s.pid, signal.SIGCONT)
    except OSError:
        pass


def where_is(s):
    """State and system call of a program that does not answer."""
    found = []
    for name in ("stat", "wchan", "syscall"):
        try:
            with open("/proc/%d/%s" % (s.pid, name)) as f:
                found.append(f.read().strip().rsplit(")", 1)[-1][:60])
        except OSError:
            pass
    return " / ".join(found)


def ready(s):
    """Keys are for a raw terminal: in another ^C is a signal, to whoever has the terminal then."""
    for _ in range(500):
        wake(s)
        if not s.look() or not termios.tcgetattr(s.slave)[3] & termios.ICANON:
            return
        s.read(0.002)


def answers(s):
    """A redraw comes within its time, whatever was half typed."""
    if s.w < 80 or s.h < 24:
        s.resize(120, 40)
    wake(s)
    begun = time.time()
    for part in (b"\x1b[201~", b"\x1b", b"\x1b", b"\x1b"):
        s.send(part)
        s.read(0.03)
    while time.time() - begun < PATIENCE + 1:
        at = len(s.out)
        wake(s)
        s.send(b"\x0c")
        if s.wait_bytes(b"\x1b[2J", at, 0.5 if time.time() - begun < PATIENCE else 1):
            return time.time() - begun - 0.12
        if not s.look():
            return 0
        s.send(b"\x1b")
        s.read(0.2)  # behind a quick one the redraw would be Alt and that key
    return None


def check_end(s, jungle):
    """It has ended: as it should?"""
    s.read(0.2)
    assert os.WIFEXITED(s.status) and os.WEXITSTATUS(s.status) == 0, "status %d: %s\n%s" % (
        s.status, jungle.reports()[:6000], s.screen())
    assert s.modes_restored(), "the terminal's modes differ"
    assert s.screen_left() and LEAVE in s.out and all(m in s.out for m in MODES_OFF), "a mode was left on"


def play(jungle):
    rng, names = random.Random(SEED), commands()
    s, sent, starts, slowest, last = jungle.start(), 0, 1, 0, []
    begun = time.time()
    try:
        while sent < KEYS:
            burst = rng.randint(1, 12)
            s.forget()
            data = b"".join(one(rng, names) for _ in range(burst))
            last = (last + [data])[-30:]
            sent += burst
            cut = rng.randint(0, len(data))
            for part in (data[:cut], data[cut:]) if rng.random() < 0.3 else (data,):
                try:
                    ready(s)
                    s.send(part)
                except OSError:
                    pass
                s.read(rng.choice((0, 0, 0.001, 0.004, 0.012)))
            if rng.random() < 0.03 and s.look():
                signals(s, rng)
            if rng.random() < 0.05 and s.look():
                took = answers(s)
                assert took is not None, "no answer to a redraw within %g s; it is at %s\n%s\n%r" % (
                    PATIENCE, where_is(s), s.screen(), s.out[-300:])
                slowest = max(slowest, took)
            if not s.look():
                check_end(s, jungle)
                s.close()
                s, starts = jungle.start(), starts + 1
        assert answers(s) is not None, "no answer at the end\n" + s.screen()
        os.kill(s.pid, signal.SIGTERM)
        assert s.ended(20), "SIGTERM does not end it"
        assert s.modes_restored() and s.screen_left(), "the terminal is not whole after SIGTERM"
        assert not jungle.reports(), jungle.reports()[:6000]
    except AssertionError as e:
        raise AssertionError("%s\nafter %d keys; the last: %r" % (e, sent, last)) from None
    finally:
        s.close()
    print("# %d keys, %d starts, slowest answer %.2f s, %.1f s" % (sent, starts, max(slowest, 0), time.time() - begun))


def main():
    if not os.access(PROGRAM, os.X_OK):
        print("1..0 # SKIP athena-jsonl is not built")
        return 0
    print("1..2\n# AJ_SEED=%d AJ_MONKEY=%d" % (SEED, KEYS))
    sys.stdout.flush()
    jungle, failed = Jungle(), 0
    try:
        play(jungle)
        print("ok 1 - monkey: no crash, no hang, a whole terminal")
    except AssertionError as e:
        failed = 1
        print("\n".join("# " + line for line in str(e).split("\n")))
        print("not ok 1 - monkey: no crash, no hang, a whole terminal")
    after = jungle.marks()
    changed = [at for at in set(after) | set(jungle.seen) if after.get(at) != jungle.seen.get(at)]
    for at in changed:
        print("# changed: " + at)
    print("%sok 2 - monkey: nothing outside its folder is changed" % ("not " if changed else ""))
    shutil.rmtree(jungle.top, ignore_errors=True)
    return 1 if failed or changed else 0


if __name__ == "__main__":
    sys.exit(main())
