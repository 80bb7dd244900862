#!/usr/bin/env python3
"""The workbench behind a pseudo-terminal and an emulator: no screen waits for a server, and nothing of data or
servers reaches the terminal raw. `bench/latency` measures the same with more keys. TAP on stdout.
"""
import json
import os
import re
import socket
import statistics
import sys
import tempfile
import threading
import time
import shutil

import tap
from tap import BUILD, CLIENT, SERVER, SHARED, SRC, Skip, check, run_tests

os.environ.setdefault("AJ_BUILDDIR", str(BUILD))
sys.path.insert(0, str(SRC / "bench"))
from delay import DelayProxy  # noqa: E402
from term import Terminal  # noqa: E402

QUERIES = str(SRC / "tests/screens/queries")
RECIPES = str(SRC / "tests/screens/recipes")
SCREENS = ["M-%d" % n for n in range(1, 10)]
TABS = ["Queries", "Editor", "Run", "Tune", "Preview", "Table", "Export", "Runs", "Schema"]
KEY_MS = 50  # bound for all but a few keys; the machine does other things meanwhile


def need_terminal():
    if not os.access(BUILD / "bench/term", os.X_OK):
        raise Skip("bench/term is not built: libvterm is absent")


class Workbench:
    """A workbench in a home of its own; what it sends is kept in `stream`."""

    def __init__(self, *args, w=120, h=40, env=None):
        self.home = tempfile.mkdtemp(prefix="aj-screen-")
        self.stream = os.path.join(self.home, "stream")
        e = tap.clean_env(self.home, AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="secret", AWS_REGION="us-east-1",
                          INPUTRC="/dev/null", AJ_BUILDDIR=str(BUILD))
        e.update(env or {})
        self.t = Terminal(w, h, e)
        self.t.tee(self.stream)
        self.t.start([str(CLIENT), "--recipes", RECIPES, *[str(a) for a in args]])
        self.t.need("Queries", 20)
        self.t.still(0.1)

    def __enter__(self):
        return self.t

    def __exit__(self, *_):
        self.t.close()
        shutil.rmtree(self.home, ignore_errors=True)


def silent_server():
    """Takes connections and says nothing."""
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(64)
    kept = []

    def accept():
        while True:
            try:
                kept.append(s.accept())
            except OSError:
                return
    threading.Thread(target=accept, daemon=True).start()
    return s, "http://127.0.0.1:%d" % s.getsockname()[1]


def visit_all(t):
    """Every screen by its key; each is asked for what it may want of the server."""
    for key, name in zip(SCREENS, TABS):
        t.keys(key)
        t.pump(0.05)
        if name == "Schema":
            t.keys("Down Right r P")
        if name == "Editor":
            t.send("SELECT * FROM ")
            t.keys("C-Space Esc")
        t.pump(0.05)
        row = t.text().split("\n")[1]
        check(name in row, "no tab %s: %s" % (name, row))
    for key in ("F1", "Esc"):
        t.keys(key)
        t.pump(0.05)


def keys_are_answered(t, what):
    """Keys of several kinds; all but one in fifty within the bound."""
    t.keys("Esc M-1")
    t.pump(0.1)
    times = t.measure("row1", 36, 0.005, "M-3 M-5 M-6 M-8 M-9 M-1")
    t.keys("M-1")
    t.pump(0.1)
    times += t.measure("body", 24, 0.005, "j k j k")
    t.keys("M-2 C-a Delete")
    t.pump(0.1)
    times += t.measure("cursor", 24, 0.005, [b"a", b"b", b"\x7f", b"\x7f"])
    t.keys("C-a Delete Esc")
    t.pump(0.1)
    us = sorted(v for v, _ in times)
    check(us[0] >= 0, "%s: a key has no answer within 2 s\n%s" % (what, t.text()))
    print("# %s: %d keys, median %.2f ms, p98 %.2f ms, max %.2f ms" % (
        what, len(us), statistics.median(us) / 1000, us[int(len(us) * .98)] / 1000, us[-1] / 1000))
    check(us[int(len(us) * .98) - 1] < KEY_MS * 1000, "%s: keys are answered late" % what)


def quits(t, seconds):
    """q and yes; with a run in flight it says goodbye to the server, within its bound."""
    t.keys("Esc Esc M-1 q")
    t.pump(0.2)
    begun = time.time()
    for _ in range(3):
        t.send("y")
        end = t.end(seconds)
        if end:
            break
    check(end, "it does not end within %g s\n%s" % (seconds, t.text()))
    check(end[1], "the terminal's modes differ")
    check(os.WIFEXITED(end[0]) and os.WEXITSTATUS(end[0]) == 0, "status %d" % end[0])
    return time.time() - begun


def no_screen_waits_for_a_server_that_never_answers():
    need_terminal()
    server, url = silent_server()
    with Workbench("--endpoint-url", url, "--queries", QUERIES) as t:
        visit_all(t)
        keys_are_answered(t, "a silent server")
        t.keys("Enter")  # a run that nobody answers
        t.pump(0.5)
        visit_all(t)
        keys_are_answered(t, "a silent server, a run waits")
        took = quits(t, 6)
        print("# it ends %.1f s after the yes" % took)
    server.close()


def no_screen_waits_for_answers_of_five_seconds():
    need_terminal()
    if not os.access(SERVER, os.X_OK):
        raise Skip("athena-duck is not built")
    work = tap.work_folder()
    os.makedirs(work / "data/reddit")
    with open(work / "data/reddit/comments.ndjson", "w") as f:
        for i in range(3000):
            f.write(json.dumps({"id": "c%d" % i, "subreddit": "LocalLLaMA", "score": i % 10, "body": "An example. " * 12}) + "\n")
    with tap.Server(work / "data", work) as server:
        proxy = DelayProxy(server.info["endpoint"], 5)
        env = {k: v for k, v in server.env(work).items() if k.startswith("AWS_") and k != "AWS_ENDPOINT_URL"}
        with Workbench("--endpoint-url", proxy.url, "--output-location", server.info["output"], "--queries", QUERIES,
                       env=env) as t:
            t.keys("Enter")
            t.pump(0.3)
            visit_all(t)
            keys_are_answered(t, "answers after 5 s")
            t.keys("M-3")
            check(t.wait("\u2713", 40), "the run does not come to its end:\n" + t.text())
            keys_are_answered(t, "answers after 5 s, the run is done")
            quits(t, 6)
    shutil.rmtree(work, ignore_errors=True)


# What the program sends on its own account: terminfo's strings, modes, the painter's sequences, the title, a notice.
OWN = re.compile(
    rb"\x1b\[\?(1|7|12|25|1000|1002|1004|1006|1049|2004|2026)[hl]|\x1b\[\?1049[hl]|\x1b\[2[23];[0-2](;[0-2])?t|\x1b[=>]|\x1b\[8[hl]"
    rb"|\x1b\[[0-9;:]*m|\x1b\[([0-9]+(;[0-9]+)?)?H|\x1b\[[0-9]*C|\x1b\[K|\x1b\[2J|\x1b\[J|\x1b\]11;\?\x07|\x1b\(B|\x1b\[34h"
    rb"|\x1b\](2|9|777;notify|52;c);([^\x00-\x1f\x7f]*)(\x07|\x1b\\)|\r|\n")
HIDDEN = set(range(0x80, 0xa0)) | {0x7f, 0x61c, 0x200b, 0x200e, 0x200f, 0xfeff, 0xad} | set(range(0x2028, 0x202f)) | set(
    range(0x2060, 0x2070)) | set(range(0xe0000, 0xe0080)) | {0xfff9, 0xfffa, 0xfffb}


def check_stream(path):
    """Every byte that went to the terminal: our own sequences, and characters that do nothing but show."""
    with open(path, "rb") as f:
        data = f.read()
    rest = OWN.sub(b"", data)
    bad = re.search(rb"[\x00-\x1f]", rest)
    check(not bad, "a control byte reached the terminal: %r" % rest[max(0, bad.start() - 40):bad.start() + 40] if bad else "")
    text = data.decode("utf-8")  # strict
    found = sorted({"U+%04X" % ord(c) for c in text if ord(c) in HIDDEN})
    check(not found, "hidden or turning characters reached the terminal: %s" % found)
    return len(data)


def nothing_of_data_reaches_the_terminal_raw():
    need_terminal()
    if not os.access(SERVER, os.X_OK):
        raise Skip("athena-duck is not built")
    path = SHARED / "vectors/terminal/untrusted-text.jsonl"
    if not path.exists():
        raise Skip("vectors/terminal is absent")
    with open(path) as f:
        texts = [bytes.fromhex(json.loads(line)["hex"]) for line in f]
    work = tap.work_folder()
    os.makedirs(work / "data/reddit")
    shutil.copytree(QUERIES, work / "queries")
    with open(work / "queries/0-first.sql", "wb") as f:
        f.write(b"-- title: \x1b]0;owned\x07 first\n-- recipe: chat\nSELECT id, subreddit, body, score AS \"\xc2\x9b31m\" , score FROM comments\n")
    with open(work / "data/reddit/comments.ndjson", "w", encoding="utf-8") as f:
        for i, t in enumerate(texts):
            body = t.decode("utf-8", "replace").replace("\x00", "\u0001")
            f.write(json.dumps({"id": "c%d" % i, "subreddit": body[:300], "score": i,
                                "body": "See %s and words enough to be kept by the recipe." % body}) + "\n")
    bench = Workbench("--local", "--data", work / "data", "--queries", work / "queries")
    with bench as t:
        t.keys("/")
        t.send("owned\r")
        t.pump(0.1)
        t.keys("Enter M-3")
        check(t.wait("%d" % len(texts), 40) and t.wait("\u2713", 40), "the run does not come to its end:\n" + t.text())
        for size in ((120, 40), (80, 24), (200, 60)):
            t.resize(*size)
            t.pump(0.2)
            for key in SCREENS + ["L", "?"]:
                t.keys(key)
                t.pump(0.06)
                for more in "j j j l l PageDown PageDown G g t v".split() if key not in ("M-2", "M-7") else []:
                    t.keys(more)
                    t.pump(0.01)
                t.keys("Esc")
                t.pump(0.03)
        # An error text of the server: the statement comes back in it.
        t.keys("M-2 C-a")
        t.paste("SELECT '\x1b[2J' \u202e FRM \u009b31m comments")
        t.keys("C-r")
        t.pump(1.5)
        t.keys("M-3")
        t.pump(0.3)
        t.keys("L")
        t.pump(0.3)
        quits(t, 6)
        print("# %d bytes checked" % check_stream(bench.stream))
    shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    if not os.access(CLIENT, os.X_OK):
        print("1..0 # SKIP athena-jsonl is not built")
        sys.exit(0)
    sys.exit(run_tests([no_screen_waits_for_a_server_that_never_answers, no_screen_waits_for_answers_of_five_seconds,
                        nothing_of_data_reaches_the_terminal_raw]))
