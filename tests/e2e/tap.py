"""A little TAP for the end-to-end tests, and what they share: paths, servers, strict readers.

Standard library only. AJ_BUILDDIR and AJ_SRCDIR come from `make check`; AJ_SHARED names the folder
of shared data, which may be absent: then a test says so and skips.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

SRC = pathlib.Path(os.environ.get("AJ_SRCDIR", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("AJ_BUILDDIR", SRC / "build"))
SHARED = pathlib.Path(os.environ.get("AJ_SHARED", SRC / ".." / "shared"))
CLIENT = BUILD / "athena-jsonl"
SERVER = BUILD / "athena-duck"
MAKE_SAMPLE = BUILD / "make-sample"

_count = 0
_failed = 0


class Skip(Exception):
    """Raised by a test that cannot run here; the text says why."""


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def equal(got, want, what):
    check(got == want, "%s: got %r, wanted %r" % (what, got, want))


def run_tests(tests, setup=None):
    """Runs functions in order, printing TAP; the exit status says whether all passed."""
    global _count, _failed
    for test in tests:
        _count += 1
        name = test.__name__.replace("_", " ")
        try:
            test()
            print("ok %d - %s" % (_count, name))
        except Skip as why:
            print("ok %d - %s # SKIP %s" % (_count, name, why))
        except Exception as e:  # a broken test is a failed test
            _failed += 1
            print("not ok %d - %s" % (_count, name))
            for line in ("%s\n%s" % (e, traceback.format_exc(limit=-3))).splitlines():
                print("# " + line)
        sys.stdout.flush()
    print("1..%d" % _count)
    sys.stdout.flush()
    return 1 if _failed else 0


def work_folder():
    return pathlib.Path(tempfile.mkdtemp(prefix="athena-jsonl-test-"))


def clean_env(home, **more):
    """An environment without the user's AWS account or settings."""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("AWS_", "ATHENA_", "XDG_", "NO_COLOR"))}
    env.update(HOME=str(home), TERM="xterm-256color", LC_ALL="C.UTF-8",
               ATHENA_JSONL_DATA=str(SRC))
    env.update({k: str(v) for k, v in more.items()})
    return env


def strict_lines(path):
    """Every line as JSON by a strict reader: valid UTF-8, no NaN, no duplicate key, LF at the end."""
    def no_constant(name):
        raise ValueError("not JSON: " + name)

    def no_duplicates(pairs):
        keys = [k for k, _ in pairs]
        if len(keys) != len(set(keys)):
            raise ValueError("duplicate key in %r" % keys)
        return dict(pairs)

    data = pathlib.Path(path).read_bytes()
    if data and not data.endswith(b"\n"):
        raise ValueError("the last line has no newline")
    return [json.loads(line.decode("utf-8"), parse_constant=no_constant,
                       object_pairs_hook=no_duplicates)
            for line in data.split(b"\n")[:-1]]


class Server:
    """athena-duck on a free port, ended when the block is left."""

    def __init__(self, data, home, *args):
        self.process = subprocess.Popen(
            [str(SERVER), "--data", str(data), "--port", "0", *args], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=clean_env(home))
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("athena-duck ended before it served")
        self.info = json.loads(line)

    def env(self, home, **more):
        return clean_env(home, AWS_ENDPOINT_URL=self.info["endpoint"], AWS_REGION="us-east-1",
                         AWS_ACCESS_KEY_ID=more.pop("key", self.info["access_key"]),
                         AWS_SECRET_ACCESS_KEY=more.pop("secret", self.info["secret_key"]), **more)

    def cpu_seconds(self):
        fields = pathlib.Path("/proc/%d/stat" % self.process.pid).read_text().rsplit(")", 1)[1]
        fields = fields.split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def sample_data(work, rows=60000):
    """The project's own sample: the one that bootstrap made, or a smaller one made here."""
    ready = os.environ.get("AJ_SAMPLE", str(BUILD / "sample"))
    if os.path.exists(os.path.join(ready, "reddit", "comments")):
        return pathlib.Path(ready)
    out = pathlib.Path(work) / "sample"
    if not out.exists():
        subprocess.run([str(MAKE_SAMPLE), "--rows", str(rows), "--out", str(out)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return out


def real_data(work):
    """Real posts as database reddit, table comments; skips where the shared folder is absent."""
    parquet = SHARED / "data" / "reddit_sample.parquet"
    if not parquet.exists():
        raise Skip("shared real posts are absent")
    folder = pathlib.Path(work) / "real" / "reddit" / "comments"
    if not folder.exists():
        folder.mkdir(parents=True)
        shutil.copy(parquet, folder / "posts.parquet")
    return pathlib.Path(work) / "real"
