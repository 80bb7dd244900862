#!/usr/bin/env python3
"""The workbench in a real pseudo-terminal: whatever happens to it, the terminal is whole afterwards.

TAP on stdout. Needs no network: the endpoint is a closed port, and the screens come up without it.
"""
import fcntl
import gzip
import json
import os
import pty
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import traceback

SRC = os.path.abspath(os.environ.get("AJ_SRCDIR", os.path.join(os.path.dirname(__file__), "../..")))
BUILD = os.path.abspath(os.environ.get("AJ_BUILDDIR", SRC))
PROGRAM = os.path.join(BUILD, "athena-jsonl")
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
MODES_ON = (b"\x1b[?2004h", b"\x1b[?1000h", b"\x1b[?1002h", b"\x1b[?1006h", b"\x1b[8l", b"\x1b[?1004h", b"\x1b[22;2t")
MODES_OFF = (b"\x1b[?2004l", b"\x1b[?1000l", b"\x1b[?1002l", b"\x1b[?1006l", b"\x1b[8h", b"\x1b[?1004l", b"\x1b[23;2t")


class Screen:
    """Just enough of a terminal to read our own painting: cursor places, text, clearing."""

    def __init__(self, w, h):
        self.w, self.h = w, h
        self.clear()

    def clear(self):
        self.cells = [[" "] * self.w for _ in range(self.h)]
        self.x = self.y = 0

    def feed(self, data):
        text = data.decode("utf-8", "replace")
        for part in re.finditer(r"\x1b\[([?<>=]?)([0-9;]*)([a-zA-Z~])|\x1b[P\]].*?(?:\x07|\x1b\\)|\x1b[^\[]|[\x00-\x1f]|(.)",
                                text, re.S):
            private, args, final, char = part.groups()
            if char is not None:
                self.put(char)
            elif final == "H":
                row, _, col = (args or "1;1").partition(";")
                self.y, self.x = int(row or 1) - 1, int(col or 1) - 1
            elif final == "J" and args == "2":
                self.clear()
            elif final == "C":
                self.x += int(args or 1)
            elif final == "K" and 0 <= self.y < self.h:
                self.cells[self.y][self.x:] = [" "] * (self.w - self.x)
            elif part.group() == "\r":
                self.x = 0

    def put(self, char):
        if 0 <= self.y < self.h and 0 <= self.x < self.w:
            self.cells[self.y][self.x] = char
        self.x += 1

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)


class Session:
    def __init__(self, args=None, w=80, h=24, env=None, argv=None, home=None, settings="tour: false\n"):
        """home: of an earlier session, which keeps it."""
        self.home = home or tempfile.mkdtemp(prefix="aj-pty-")
        self.keeps_home = home is not None
        config = os.path.join(self.home, ".config/athena-jsonl")
        os.makedirs(config, exist_ok=True)
        with open(config + "/settings.yaml", "w") as f:
            f.write(settings)
        self.out = b""
        self.w, self.h = w, h
        e = {"HOME": self.home, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8",
             "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secretsecret", "INPUTRC": "/dev/null"}
        for key in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "TERMINFO", "LD_LIBRARY_PATH"):
            if key in os.environ:
                e[key] = os.environ[key]
        e.update(env or {})
        if argv is None:
            argv = [PROGRAM, "--endpoint-url", "http://127.0.0.1:9", "--queries",
                    os.path.join(SRC, "tests/screens/queries")] + (args or [])
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", h, w, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, cwd=self.home, env=e,
                                        start_new_session=True, preexec_fn=self.take_terminal)
        self.pid = self.process.pid  # the program itself: Popen returns after exec
        self.slave = slave  # kept open: the terminal outlives the program, as under a shell
        self.fd = master
        self.status = None

    @staticmethod
    def take_terminal():
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def read(self, seconds=0.05):
        end = time.time() + seconds
        while True:
            left = end - time.time()
            ready, _, _ = select.select([self.fd], [], [], max(left, 0))
            if not ready:
                return
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return
            if not data:
                return
            self.out += data

    def screen(self):
        s = Screen(self.w, self.h)
        s.feed(self.out[self.out.rfind(b"\x1b[2J"):] if b"\x1b[2J" in self.out else self.out)
        return s.text()

    def wait_for(self, want, seconds=10):
        end = time.time() + seconds
        while time.time() < end:
            self.read()
            if want in self.screen():
                return True
        return False

    def wait_bytes(self, want, start=0, seconds=10):
        end = time.time() + seconds
        while time.time() < end and want not in self.out[start:]:
            self.read()
        return want in self.out[start:]

    def send(self, keys):
        os.write(self.fd, keys if isinstance(keys, bytes) else keys.encode())

    def resize(self, w, h):
        self.w, self.h = w, h
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", h, w, 0, 0))

    def ended(self, seconds=10):
        end = time.time() + seconds
        while self.status is None and time.time() < end:
            self.read(0.02)
            self.look()
        self.read(0.1)
        return self.status is not None

    def look(self):
        """Notes the end of the program; True while it runs."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
                self.process.returncode = status  # Popen need not wait for it
        return self.status is None

    def modes_restored(self):
        return termios.tcgetattr(self.slave) == self.before

    def screen_left(self):
        """Nothing that was turned on is still on."""
        for on, off in zip((ENTER,) + MODES_ON, (LEAVE,) + MODES_OFF):
            if self.out.rfind(on) > self.out.rfind(off):
                return False
        return self.out.rfind(b"\x1b[?25h") >= self.out.rfind(b"\x1b[?25l")

    def close(self):
        if self.status is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
                os.kill(self.pid, signal.SIGCONT)
                self.process.wait()
            except (ProcessLookupError, ChildProcessError):
                pass
        os.close(self.fd)
        os.close(self.slave)
        if not self.keeps_home:
            shutil.rmtree(self.home, ignore_errors=True)


def whole(s):
    assert s.modes_restored(), "the terminal's modes differ from before"
    assert s.screen_left(), "the screen or a mode was left on"


def starts_and_quits(s):
    assert s.wait_for("AI boards"), s.screen()
    assert ENTER in s.out and all(m in s.out for m in MODES_ON)
    assert not s.modes_restored()
    s.send("q")
    assert s.ended(), "q does not quit"
    assert os.WIFEXITED(s.status) and os.WEXITSTATUS(s.status) == 0, s.status
    whole(s)


def escape_and_cancel_do_not_quit(s):
    assert s.wait_for("AI boards")
    for keys in ("\x1b", "\x03", "e", "\x1b", "\x1b", "?", "\x1b", "x"):
        s.send(keys)
        s.read(0.1)
    assert s.wait_for("Nothing runs"), s.screen()
    assert s.look()
    s.send("q")
    assert s.ended()
    whole(s)


def follows_the_size(s):
    assert s.wait_for("AI boards")
    s.resize(120, 40)
    assert s.wait_for("┬── "), s.screen()
    s.resize(60, 15)
    assert s.wait_for("too small"), s.screen()
    s.send("e")  # not acted on while nothing can be seen
    s.resize(80, 24)
    assert s.wait_for("AI boards"), s.screen()
    assert "line 1, column" not in s.screen()
    s.resize(1, 1)
    s.read(0.2)
    s.resize(300, 100)
    assert s.wait_for("AI boards")
    s.send("q")
    assert s.ended()
    whole(s)


def pasted_keys_are_text(s):
    assert s.wait_for("AI boards")
    s.send("\x1b[200~qqq\rx\x1b[201~")
    s.read(0.2)
    s.send(":")
    s.send("\x1b[200~nonsense\x1b[201~\r")
    assert s.wait_for("No command :nonsense"), s.screen()
    s.send("q")
    assert s.ended()
    whole(s)


def child_of(pid):
    """The first child process, from /proc: a small system has no ps."""
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        return int(f.read().split()[0])


def comes_back_from_a_stop():
    bash = shutil.which("bash")
    if not bash:
        return "skip no bash"
    s = Session(argv=[bash, "--norc", "--noprofile", "-i"], env={"PS1": "READY> "})
    try:
        assert s.wait_bytes(b"READY> ")
        queries = os.path.join(SRC, "tests/screens/queries")
        s.send("%s --endpoint-url http://127.0.0.1:9 --queries %s\n" % (PROGRAM, queries))
        assert s.wait_for("AI boards"), s.screen()
        at = len(s.out)
        s.send("\x1a")
        assert s.wait_bytes(b"READY> ", at), "Ctrl-Z does not stop it"
        assert b"Stopped" in s.out[at:]
        assert LEAVE in s.out[at:] and all(m in s.out[at:] for m in MODES_OFF)
        at = len(s.out)
        s.send("fg\n")
        assert s.wait_bytes(ENTER, at), "fg does not bring the screen back"
        assert s.wait_bytes(b"\x1b]2;athena-jsonl", at), "the title is not back"
        assert s.wait_for("AI boards"), s.screen()
        s.send("jj")
        s.read(0.2)
        pid = child_of(s.pid)
        for stop in (signal.SIGTSTP, signal.SIGSTOP):
            at = len(s.out)
            os.kill(pid, stop)
            assert s.wait_bytes(b"READY> ", at), "signal %d does not stop it" % stop
            at = len(s.out)
            s.send("fg\n")
            assert s.wait_bytes(b"AI boards", at), "not painted after signal %d" % stop
        at = len(s.out)
        s.send("q")
        assert s.wait_bytes(b"READY> ", at)
        assert LEAVE in s.out[at:] and all(m in s.out[at:] for m in MODES_OFF)
        at = len(s.out)
        s.send("stty -a; exit\n")
        assert s.wait_bytes(b"icanon", at) and b" echo " in s.out[at:] and b"-icanon" not in s.out[at:]
        assert s.ended()
    finally:
        s.close()


def uses_the_editor():
    for code, want in (("printf 'SELECT 42\\n' > \"$1\"", "SELECT 42"), ("printf bad > \"$1\"; exit 3", "stays as it was")):
        home = tempfile.mkdtemp(prefix="aj-ed-")
        script = os.path.join(home, "ed.sh")
        with open(script, "w") as f:
            f.write("#!/bin/sh\nstat -c %%a \"$1\" > %s/mode\nstty -a | grep -c -- -icanon > %s/raw\n%s\n" % (home, home, code))
        os.chmod(script, 0o755)
        s = Session(env={"EDITOR": script, "VISUAL": "", "TMPDIR": home})
        try:
            assert s.wait_for("AI boards")
            s.send("n")
            assert s.wait_for("not saved yet")
            s.send("\x05")
            assert s.wait_for(want), s.screen()
            assert open(home + "/mode").read().strip() == "600"
            assert open(home + "/raw").read().strip() == "0", "the editor got a raw terminal"
            assert not [f for f in os.listdir(home) if f.endswith(".sql")], "the temporary file is left"
            s.send("\x1b")
            s.read(0.1)
            s.send("q")
            if want == "SELECT 42":
                assert s.wait_for("not saved"), s.screen()
                s.send("y")
            assert s.ended()
            whole(s)
        finally:
            s.close()
            shutil.rmtree(home)


def no_colour_when_told():
    for env, colour in (({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "vt100"}, False)):
        s = Session(env=env)
        try:
            assert s.wait_for("AI boards"), s.screen()
            has = re.search(rb"\x1b\[[0-9;]*;(3[0-8]|4[0-8]|9[0-7])[;m]", s.out) is not None
            assert has == colour, env
            s.send("q")
            assert s.ended()
            if env.get("TERM") == "vt100":  # no alternate screen: the prompt comes below, not into the picture
                assert s.out.rfind(b"\x1b[999;1H") > s.out.rfind(b"AI boards"), s.out[-80:]
            assert s.modes_restored()
        finally:
            s.close()


def begins_where_it_ended():
    """After a quit, a hang-up and a kill: the query, its parameter, the sort; a spoilt file is left out."""
    home = tempfile.mkdtemp(prefix="aj-back-")
    state = home + "/.local/state/athena-jsonl/session.json"
    try:
        for end in ("quit", "hup", "kill", "spoilt", "no"):
            s = Session(home=home, args=["--no-restore"] if end == "no" else None)
            try:
                assert s.wait_for("Board sizes"), s.screen()
                chosen = next(line for line in s.screen().split("\n") if line.startswith("▌"))
                if end == "quit":
                    assert "AI boards" in chosen, chosen
                    s.send(":set min_score=77\r")
                    assert s.wait_for("min_score=77"), s.screen()
                    s.send("j")
                    s.read(0.2)
                    s.send("q")
                elif end in ("spoilt", "no"):
                    assert "AI boards" in chosen, chosen
                    if end == "spoilt":
                        assert "left out" in s.screen(), s.screen()
                    s.send("q")
                else:
                    assert "Board sizes" in chosen, chosen
                    s.send("k")
                    assert s.wait_for("min_score=77"), s.screen()
                    s.send("j")
                    s.read(3 if end == "kill" else 0.2)
                    os.kill(s.pid, signal.SIGKILL if end == "kill" else signal.SIGHUP)
                assert s.ended()
                assert os.stat(state).st_mode & 0o777 == 0o600
                if end == "kill":
                    with open(state, "w") as f:
                        f.write("{\"version\": 9}")
            finally:
                s.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def queries_are_as_on_disk():
    """A file that others change is shown anew; a bad one is in the list with what is wrong with it."""
    home = tempfile.mkdtemp(prefix="aj-queries-")
    folder = home + "/q"
    s = Session(home=home, argv=[PROGRAM, "--endpoint-url", "http://127.0.0.1:9", "--queries", folder])
    try:
        assert s.wait_for("cannot list the query folder"), s.screen()
        os.mkdir(folder)
        for name, text in (("one", "-- title: Zebra\nSELECT 1\n"), ("two", "-- param n: integer = x\nSELECT :n\n")):
            with open(folder + "/" + name + ".sql", "w") as f:
                f.write(text)
        s.send("31")
        assert s.wait_for("2 queries by name") and s.wait_for("whole number such as 2"), s.screen()
        lines = s.screen().split("\n")
        assert "two" in lines[3] and "has an error" in lines[3] and "Zebra" in lines[4], s.screen()
        s.send("\r")
        assert s.wait_for("Not run"), s.screen()
        with open(folder + "/two.sql", "w") as f:
            f.write("-- title: Mended\n-- param n: integer = 7\nSELECT :n, 'mended'\n")
        s.send("e")
        assert s.wait_for("integer = 7"), s.screen()
        s.send("\x1b1q")
        assert s.ended(), s.screen()
        whole(s)
    finally:
        s.close()
        shutil.rmtree(home, ignore_errors=True)


def follows_a_run_that_was_left():
    """Killed while a query runs: the next start asks, follows the execution and pays nothing."""
    if not os.access(os.path.join(BUILD, "athena-duck"), os.X_OK):
        return "skip athena-duck is not built"
    from tap import Server
    data, home = tempfile.mkdtemp(prefix="aj-data-"), tempfile.mkdtemp(prefix="aj-left-")
    os.makedirs(data + "/reddit")
    os.makedirs(home + "/q")
    with open(data + "/reddit/comments.ndjson", "w") as f:
        for i in range(1250):
            f.write('{"id": "c%d", "score": %d}\n' % (i, i % 97))
    with open(home + "/q/slow.sql", "w") as f:
        f.write("-- title: Slow\nSELECT count(*) AS n FROM comments a CROSS JOIN comments b CROSS JOIN comments c\n"
                "WHERE a.score + b.score > c.score AND a.id <> c.id\n")
    try:
        with Server(data, home) as server:
            def start():
                return Session(argv=[PROGRAM, "--endpoint-url", server.info["endpoint"], "--queries", home + "/q"],
                               home=home, env={"AWS_ACCESS_KEY_ID": server.info["access_key"],
                                               "AWS_SECRET_ACCESS_KEY": server.info["secret_key"]})
            s = start()
            try:
                assert s.wait_for("Slow"), s.screen()
                s.send("\r")
                assert s.wait_for("running", 20), s.screen()
                s.read(2.6)
                os.kill(s.pid, signal.SIGKILL)
                s.ended()
            finally:
                s.close()
            s = start()
            try:
                assert s.wait_for("Follow it"), s.screen()
                s.send("y")
                assert s.wait_for("✓ done", 60), s.screen()
                s.send("q")
                assert s.ended()
                whole(s)
            finally:
                s.close()
    finally:
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def looks_the_same_in_tmux():
    """A real terminal of another hand draws from our bytes what our own reading of them is."""
    tmux = shutil.which("tmux")
    if not tmux:
        return "skip no tmux"
    steps = ("", "j", "j", "k", "?", "G", "\x1b", ":re", "\x03", "e", "\x1b", "L", "\x1b", "9", "1")
    home = tempfile.mkdtemp(prefix="aj-tmux-")
    os.makedirs(home + "/.config/athena-jsonl")
    with open(home + "/.config/athena-jsonl/settings.yaml", "w") as f:
        f.write("tour: false\n")
    socket = home + "/tmux"

    def run(*args):
        return subprocess.run([tmux, "-S", socket, "-f", "/dev/null"] + list(args), capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8", "TERM": "xterm"}).stdout
    queries = os.path.join(SRC, "tests/screens/queries")
    command = "env AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secretsecret INPUTRC=/dev/null %s " \
              "--endpoint-url http://127.0.0.1:9 --queries %s" % (PROGRAM, queries)
    s = Session(w=100, h=30, settings="tour: false\n")
    try:
        run("new-session", "-d", "-x", "100", "-y", "30", command)
        assert s.wait_for("AI boards")

        def shown():
            return run("capture-pane", "-p").rstrip("\n").split("\n")
        for end in range(100):
            if any("AI boards" in line for line in shown()):
                break
            time.sleep(0.05)
        s.read(2.5)  # the warm-up's message
        for keys in steps:
            if keys:
                s.send(keys)
                run("send-keys", "-l", keys)
            for wait in range(40):
                s.read(0.05)
                ours, theirs = s.screen().rstrip("\n").split("\n"), shown()
                wrong = [(a, b) for a, b in zip(ours, theirs)
                         if a != b and all(ord(c) < 0x3000 for c in a) and "session" not in a
                         and "INFO" not in a and "DEBUG" not in a and home not in b]
                if not wrong:
                    break
            assert not wrong, "after %r: ours %r, tmux's %r" % ((keys,) + wrong[0])
    finally:
        run("kill-server")
        s.close()
        shutil.rmtree(home, ignore_errors=True)


def shows_the_tour_once():
    home = tempfile.mkdtemp(prefix="aj-tour-")
    try:
        for first in (True, False):
            s = Session(home=home, settings="")
            try:
                assert s.wait_for("AI boards")
                s.read(0.2)
                assert ("tour · 1 of 6" in s.screen()) == first, s.screen()
                if first:
                    s.send("\x1b")
                    assert s.wait_for("The tour is over"), s.screen()
                s.send("q")
                assert s.ended()
            finally:
                s.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def follows_the_background():
    """The answer to OSC 11 changes the theme; nothing waits for it."""
    s = Session(settings="tour: false\ntheme: auto\n")
    try:
        assert s.wait_for("AI boards")
        assert b"\x1b]11;?\x07" in s.out
        dark = b"\x1b[0;48;5;235m" in s.out or b"48;5;235" in s.out
        assert dark
        at = len(s.out)
        s.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
        assert s.wait_bytes(b"48;5;255", at), "the light theme is not taken"
        at = len(s.out)
        s.send(":theme colorblind\r")
        assert s.wait_bytes(b"48;5;235", at)
        s.send(":theme pink\r")
        assert s.wait_for("No theme pink"), s.screen()
        at = len(s.out)
        s.send(":theme auto\r")
        assert s.wait_bytes(b"\x1b]11;?\x07", at)
        s.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
        assert s.wait_bytes(b"48;5;255", at)
        s.read(0.1)
        s.send("q")
        assert s.ended()
        whole(s)
    finally:
        s.keeps_home = True
        s.close()
    s = Session(home=s.home, settings="tour: false\n")  # the next one begins light
    try:
        assert s.wait_for("AI boards")
        assert b"48;5;255" in s.out and b"48;5;235" not in s.out
        s.send("q")
        assert s.ended()
    finally:
        s.close()
        shutil.rmtree(s.home, ignore_errors=True)


def keys_and_settings():
    """The user's own keys; a wrong one is refused with its line before the screen is touched."""
    s = Session(settings="tour: false\nkeys:\n  help: F9\n  quit: Q\n  queries.new: e\n")
    try:
        assert s.wait_for("AI boards")
        assert "F9 help" in s.screen(), s.screen()
        s.send("q\x1b[20~")  # q is nothing now; F9
        assert s.wait_for("Help for the Queries screen"), s.screen()
        assert "Your own keys" in s.screen() and "F9" in s.screen(), s.screen()
        assert "e on Queries is new now, not edit" in s.screen(), s.screen()
        s.send("Q")
        assert s.ended()
        assert os.WEXITSTATUS(s.status) == 0
        whole(s)
    finally:
        s.close()
    for text, says in (("keys:\n  rnu: F5\n", b"settings.yaml:2: keys.rnu names no action; did you mean run?"),
                       ("keys:\n  run: F55\n", b"'F55' is no key"), ("them: dark\n", b"did you mean theme?")):
        s = Session(settings=text)
        try:
            assert s.ended()
            assert os.WEXITSTATUS(s.status) == 2 and says in s.out and ENTER not in s.out, s.out
        finally:
            s.close()


def old_terminals_get_what_they_know():
    """No OSC on consoles, no mouse protocols' noise there, ASCII without UTF-8; colours as terminfo has them."""
    for term, env, osc, ascii_only in (("linux", {}, False, False), ("vt100", {"LANG": "C"}, False, True),
                                       ("screen", {"COLORTERM": "truecolor"}, True, False),
                                       ("xterm", {"LC_ALL": "POSIX"}, True, True), ("vt220", {"LANG": ""}, False, False)):
        s = Session(env=dict(env, TERM=term))
        try:
            assert s.wait_for("AI boards"), (term, s.out)
            s.send("?")
            assert s.wait_for("Moving and finding"), (term, s.screen())
            s.send("\x1b:theme light\r")
            s.read(0.2)
            s.send("q")
            assert s.ended(), term
            assert (b"\x1b]" in s.out) == osc, term
            assert not osc or b"\x1b]2;athena-jsonl" in s.out, term
            assert b"38;2;" not in s.out, term
            if ascii_only:
                assert all(c < 0x80 for c in s.out), term
                assert b"----" in s.out
            else:
                assert "──".encode() in s.out, term
            assert s.modes_restored()
        finally:
            s.close()


def says_when_a_long_run_ends():
    """A bell by default, a message on the desktop when asked; the title follows the run."""
    if not os.access(os.path.join(BUILD, "athena-duck"), os.X_OK):
        return "skip athena-duck is not built"
    data = tempfile.mkdtemp(prefix="aj-data-")
    os.makedirs(data + "/reddit")
    with open(data + "/reddit/comments.ndjson", "w") as f:
        f.write('{"id": "c1", "subreddit": "OpenAI", "body": "x", "score": 3}\n')
    for notify, env, want in (("bell", {}, b"\x07"), ("desktop", {}, b"\x1b]9;athena-jsonl: board-sizes done"),
                              ("all", {"VTE_VERSION": "7800", "TERM": "xterm-of-tomorrow"}, b"\x1b]777;notify;athena-jsonl;board-sizes done"),
                              ("all", {"TMUX": "x"}, b"\x1bPtmux;\x1b\x1b]9;athena-jsonl: "), ("off", {}, None), ("focused", {}, None)):
        s = Session(argv=[PROGRAM, "--local", "--data", data, "--queries", s_queries()], env=env,
                    settings="tour: false\nnotify: %s\nnotify_after: 0.001\n" % notify.replace("focused", "all"))
        try:
            assert s.wait_for("Board sizes"), s.out
            at = len(s.out)
            s.send("j\r" if notify != "focused" else "\x1b[Ij\r")
            assert s.wait_for("✓ done", 20), s.screen()
            s.read(0.2)
            said = re.sub(rb"\x1b\]2;[^\x07]*\x07", b"", s.out[at:])
            assert b"]2;board-sizes done" in s.out[at:]
            if want:
                assert want in said, (notify, said[-300:])
            assert notify not in ("off", "focused") or b"\x07" not in said
            assert notify != "bell" or b"\x1b]" not in said
            s.send("q")
            assert s.ended()
            whole(s)
        finally:
            s.close()
    shutil.rmtree(data, ignore_errors=True)


def refuses_a_dumb_terminal():
    s = Session(env={"TERM": "dumb"})
    try:
        assert s.ended()
        assert os.WEXITSTATUS(s.status) == 2, s.status
        assert b"run" in s.out and ENTER not in s.out
        assert s.modes_restored()
    finally:
        s.close()
    r = subprocess.run([PROGRAM], stdin=subprocess.DEVNULL, capture_output=True,
                       env={"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(),
                            "XDG_CACHE_HOME": tempfile.gettempdir(), "TERM": "xterm"})
    assert r.returncode == 2, r
    assert b"terminal" in r.stderr and ENTER not in r.stdout


def killed_at_any_moment():
    seed = int(os.environ.get("AJ_SEED", "20261123"))
    rng = random.Random(seed)
    print("# AJ_SEED=%d" % seed)
    for i in range(24):
        sig = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)[i % 3]
        delay = rng.choice((0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.2)) * rng.random()
        s = Session()
        try:
            if i % 4 == 0:
                s.wait_for("AI boards")
                s.send(rng.choice(("e", "j\r", ":set", "?", "\x1b[200~half a paste")))
            time.sleep(delay)
            os.kill(s.pid, sig)
            assert s.ended(), "signal %d after %.4f s does not end it" % (sig, delay)
            whole(s)
        finally:
            s.close()


def crashes_leave_the_terminal_whole():
    for sig in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS):
        s = Session(env={"ASAN_OPTIONS": "handle_segv=0:handle_abort=0:handle_sigbus=0"})
        try:
            assert s.wait_for("AI boards")
            os.kill(s.pid, sig)
            assert s.ended()
            assert os.WIFSIGNALED(s.status) and os.WTERMSIG(s.status) == sig, s.status
            whole(s)
        finally:
            s.close()


def leaves_a_terminal_that_takes_nothing():
    """Nobody reads: the paint fills the line and blocks. SIGTERM must still end it."""
    s = Session(w=300, h=100)
    try:
        time.sleep(0.7)
        os.kill(s.pid, signal.SIGTERM)
        end = time.time() + 10
        while s.status is None and time.time() < end:
            s.look()
            time.sleep(0.02)
        assert s.status is not None, "it waits for the terminal for ever"
        # Either it was not that far yet, or it ended by itself as a shell expects it.
        assert os.WIFSIGNALED(s.status) or os.WEXITSTATUS(s.status) == 128 + signal.SIGTERM
        assert s.modes_restored()
    finally:
        s.close()


def ends_with_its_terminal():
    """The window is closed: no signal may come (no controlling terminal), only the hang-up."""
    s = Session()
    try:
        assert s.wait_for("AI boards")
        os.close(s.slave)
        os.close(s.fd)
        end = time.time() + 10
        while s.status is None and time.time() < end:
            s.look()
            time.sleep(0.02)
        s.fd, s.slave = os.open("/dev/null", os.O_RDONLY), os.open("/dev/null", os.O_RDONLY)
        assert s.status is not None, "it lives on without a terminal"
        assert not os.WIFSIGNALED(s.status) or os.WTERMSIG(s.status) == signal.SIGHUP, s.status
    finally:
        s.close()


def survives_a_flood(s):
    assert s.wait_for("AI boards")
    rng = random.Random(7)
    for _ in range(200):
        s.send(bytes(rng.choice(b"jkhlgG/\x1b[;0123456789M~<?:e\t\r \x7f\x1bOP\xff\xe6") for _ in range(rng.randint(1, 40))))
        s.read(0.002)
        assert s.look(), "ended by itself"
    s.send("\x1b")
    s.read(0.2)
    os.kill(s.pid, signal.SIGTERM)
    assert s.ended()
    whole(s)


def exports_a_set(s, rows):
    """Shards, compression and a split, set by commands; the files hold what the first lines promised."""
    for command in (":split 20% id", ":shards 500", ":compress gz", ":export set.jsonl"):
        s.send(command + "\r")
    assert s.wait_for("a set of files"), s.screen()
    s.send("w")
    assert s.wait_for("── written", 20), s.screen()
    with open(s.home + "/set.jsonl.manifest.json") as f:
        manifest = json.load(f)
    sides = {"train": [], "validation": []}
    for f in manifest["files"]:
        with gzip.open(s.home + "/" + f["file"], "rt", encoding="utf-8") as lines:
            part = [json.loads(line) for line in lines]
        assert 0 < len(part) == f["rows"] <= 500, f
        sides[f["split"]] += part
    assert sorted(map(str, sides["train"] + sides["validation"])) == sorted(map(str, rows))
    assert 200 < len(sides["validation"]) < 600, len(sides["validation"])


def runs_previews_and_writes():
    """The whole flow on the embedded engine: pick, run, preview, write, with what the file says."""
    if not os.access(os.path.join(BUILD, "athena-duck"), os.X_OK):
        return "skip athena-duck is not built"
    data = tempfile.mkdtemp(prefix="aj-data-")
    os.makedirs(data + "/reddit")
    with open(data + "/reddit/comments.ndjson", "w") as f:
        for i in range(2500):
            f.write(json.dumps({"id": "c%d" % i, "subreddit": "LocalLLaMA", "score": i % 10,
                                "body": "Example %d: see https://example.org/%d and keep the context short. " % (i, i) * 2}) + "\n")
    s = Session(argv=[PROGRAM, "--local", "--data", data, "--queries", os.path.join(SRC, "tests/screens/queries"),
                      "--recipes", os.path.join(SRC, "tests/screens/recipes")])
    try:
        assert s.wait_for("AI boards")
        s.send("\r")
        assert s.wait_for("done", 30), s.screen()
        s.send("\x0c")
        assert s.wait_for("2,000"), s.screen()  # 8 of 10 scores are at least 2
        s.send("p")
        assert s.wait_for("cleaned"), s.screen()
        s.send("t\x0c")
        assert s.wait_for('"role": "user"'), s.screen()
        s.send("w")
        assert s.wait_for("./ai-boards.jsonl"), s.screen()
        s.send("\r")
        assert s.wait_for("── written", 20), s.screen()
        with open(s.home + "/ai-boards.jsonl", encoding="utf-8") as f:
            rows = [json.loads(line) for line in f]
        with open(s.home + "/ai-boards.jsonl.manifest.json") as f:
            manifest = f.read()
        assert len(rows) == 2000 and "2000" in manifest, (len(rows), manifest)
        assert all("https" not in r["messages"][-1]["content"] for r in rows)
        s.send("\r")
        assert s.wait_for("Overwrite it?"), s.screen()
        s.send("n")
        exports_a_set(s, rows)
        s.send("q")
        assert s.ended()
        whole(s)
        assert not [f for f in os.listdir(s.home) if f.startswith(".ai-boards") or f.endswith(".tmp")]
    finally:
        s.close()
        shutil.rmtree(data, ignore_errors=True)


def shows_where_the_sql_is_wrong():
    if not os.access(os.path.join(BUILD, "athena-duck"), os.X_OK):
        return "skip athena-duck is not built"
    data = tempfile.mkdtemp(prefix="aj-data-")
    os.makedirs(data + "/reddit")
    with open(data + "/reddit/comments.ndjson", "w") as f:
        f.write('{"id": "c1", "body": "x"}\n')
    s = Session(argv=[PROGRAM, "--local", "--data", data, "--queries", s_queries()])
    try:
        assert s.wait_for("AI boards")
        s.send("n")
        assert s.wait_for("not saved yet")
        s.send("\x01\x1b[200~SELECT id\nFROM comments\nWHERE id === 'c1'\x1b[201~\x12")
        assert s.wait_for("line 3", 20) and s.wait_for("▸"), s.screen()
        s.send("\x1b")
        s.read(0.2)
        s.send("q")
        assert s.wait_for("not saved"), s.screen()
        s.send("y")
        assert s.ended()
        whole(s)
    finally:
        s.close()
        shutil.rmtree(data, ignore_errors=True)


def cancels_a_long_query():
    """x stops it at once, says what that cost, and the workbench goes on."""
    if not os.access(os.path.join(BUILD, "athena-duck"), os.X_OK):
        return "skip athena-duck is not built"
    data = tempfile.mkdtemp(prefix="aj-data-")
    os.makedirs(data + "/reddit")
    with open(data + "/reddit/comments.ndjson", "w") as f:
        for i in range(3000):
            f.write('{"id": "c%d", "score": %d}\n' % (i, i % 97))
    s = Session(argv=[PROGRAM, "--local", "--data", data, "--queries", s_queries()])
    try:
        assert s.wait_for("AI boards")
        s.send("n")
        assert s.wait_for("not saved yet")
        s.send("\x01\x1b[200~SELECT count(*) FROM comments a CROSS JOIN comments b CROSS JOIN comments c\n"
               "WHERE a.score + b.score > c.score\x1b[201~\x12")
        assert s.wait_for("running", 20), s.screen()
        s.read(0.5)
        start = time.time()
        s.send("x")
        assert s.wait_for("charges nothing"), s.screen()
        assert time.time() - start < 3, "cancelling took %.1f s" % (time.time() - start)
        s.send("q")
        assert s.wait_for("not saved"), s.screen()
        s.send("y")
        assert s.ended()
        whole(s)
    finally:
        s.close()
        shutil.rmtree(data, ignore_errors=True)


def s_queries():
    return os.path.join(SRC, "tests/screens/queries")


def idle_costs_nothing(s):
    assert s.wait_for("AI boards")
    s.read(2.0)  # the warm-up and its message

    def ticks():
        with open("/proc/%d/stat" % s.pid) as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])
    before, shown = ticks(), len(s.out)
    s.read(1.5)
    assert ticks() - before <= 3, "it works while nothing happens"
    assert len(s.out) == shown, "it paints while nothing happens"
    s.send("q")
    assert s.ended()


def main():
    own = [starts_and_quits, escape_and_cancel_do_not_quit, follows_the_size, pasted_keys_are_text,
           survives_a_flood, idle_costs_nothing]
    alone = [runs_previews_and_writes, shows_where_the_sql_is_wrong, cancels_a_long_query,
             comes_back_from_a_stop, uses_the_editor, no_colour_when_told, begins_where_it_ended, queries_are_as_on_disk,
             follows_a_run_that_was_left, looks_the_same_in_tmux, shows_the_tour_once,
             follows_the_background, keys_and_settings, old_terminals_get_what_they_know,
             says_when_a_long_run_ends, refuses_a_dumb_terminal,
             killed_at_any_moment, leaves_a_terminal_that_takes_nothing, ends_with_its_terminal,
             crashes_leave_the_terminal_whole]
    if not os.access(PROGRAM, os.X_OK):
        print("1..0 # SKIP athena-jsonl is not built")
        return 0
    print("1..%d" % (len(own) + len(alone)))
    failed = 0
    for number, test in enumerate(own + alone, 1):
        name = test.__name__.replace("_", " ")
        session = Session() if test in own else None
        try:
            note = test(session) if session else test()
            print("ok %d - pty: %s%s" % (number, name, " # SKIP " + note[5:] if note else ""))
        except Exception as e:  # noqa: a failing case must not hide the others
            failed += 1
            for line in (str(e) or traceback.format_exc()).split("\n"):
                print("# " + line)
            print("not ok %d - pty: %s" % (number, name))
        finally:
            if session:
                session.close()
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
