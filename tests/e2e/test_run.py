#!/usr/bin/env python3
"""The headless run, end to end: both programs over loopback, good ways and bad ones."""
import csv
import gzip
import hashlib
import http.server
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

WORK = tap.work_folder()
HOME = WORK / "home"
HOME.mkdir()
LONG_SQL = ("SELECT count(*) FROM comments a CROSS JOIN comments b CROSS JOIN comments c "
            "WHERE length(a.body) + length(b.body) + length(c.body) = 7")


def client(*args, env=None, timeout=120, **more):
    return subprocess.run([str(tap.CLIENT), *map(str, args)], env=env or tap.clean_env(HOME),
                          cwd=WORK, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL,
                          **more)


def said(result):
    return result.stderr.decode("utf-8") + result.stdout.decode("utf-8")


def run_ok(*args, **more):
    r = client("run", *args, **more)
    tap.equal(r.returncode, 0, "exit code of run %s\n%s" % (" ".join(map(str, args)), said(r)))
    return r


def query(name):
    return tap.SRC / "queries" / (name + ".sql")


def sql_file(text, name="own"):
    path = WORK / (name + ".sql")
    path.write_text(text)
    return path


def no_leftovers(folder, final):
    names = os.listdir(folder)
    tap.check(final not in names, "%s stands in %s" % (final, names))
    temps = [n for n in names if n.endswith(".tmp") or n.startswith(".")]
    tap.check(not temps, "left over: %s" % temps)


def whole_path(data, label):
    out = WORK / (label + ".jsonl")
    r = run_ok(query("ai-subreddits"), "--local", "--data", data, "-o", out, "--json")
    report = json.loads(r.stdout)
    examples = tap.strict_lines(out)
    manifest = json.loads(pathlib.Path(str(out) + ".manifest.json").read_text())
    tap.check(len(examples) > 0, "no examples")
    tap.equal(manifest["rows"], len(examples), "manifest's rows")
    tap.equal(manifest["bytes"], out.stat().st_size, "manifest's bytes")
    tap.equal(manifest["funnel"]["kept"], len(examples), "funnel's kept")
    f = manifest["funnel"]
    tap.equal(f["kept"] + sum(f["rejected"].values()) + f["gave_up"] + f["bad"], f["rows"],
              "sum of the funnel")
    text = r.stderr.decode()
    for part in ("Engine Execution Time: ", "Data Scanned: ", "Query Queue Time: ",
                 "Service Processing Time: ", "Total Execution Time: ",
                 "Batch 1: Retrieved ", "- 1 header), Total: ", "Download complete: Total of ",
                 "=== Timing Summary ===", "Query Execution: ", "Result Download: ",
                 "Data Transformation: ", "Total Pipeline Time: "):
        tap.check(part in text, "the report lacks %r:\n%s" % (part, text))
    return report, examples


def the_seeds_query_over_the_sample():
    _, examples = whole_path(tap.sample_data(WORK), "sample")
    tap.check(len(examples) >= 2000, "only %d examples" % len(examples))


def the_seeds_query_over_real_posts():
    whole_path(tap.real_data(WORK), "real")


def same_as_independent_python(data, label):
    for recipe in ("reference", "reddit-sft"):
        out = WORK / ("%s-%s.jsonl" % (label, recipe))
        for name in ("ai-subreddits", "long-form"):
            r = run_ok(query(name), "--recipe", recipe, "--local", "--data", data, "-o", out,
                       "--json")
            spool = json.loads(r.stdout)["spool"]
            want = WORK / "want.jsonl"
            subprocess.run([sys.executable, str(tap.SRC / "tests/e2e/reference_impl.py"), recipe,
                            spool, str(want)], check=True, stdout=subprocess.DEVNULL)
            got, wanted = tap.strict_lines(out), tap.strict_lines(want)
            tap.equal(len(got), len(wanted), "%s, %s: examples" % (recipe, name))
            for i, (g, w) in enumerate(zip(got, wanted)):
                tap.equal(g, w, "%s, %s: example %d" % (recipe, name, i))
            tap.check(len(got) > 0, "nothing was compared")


def the_sample_equals_an_independent_implementation():
    same_as_independent_python(tap.sample_data(WORK), "sample")


def real_posts_equal_an_independent_implementation():
    same_as_independent_python(tap.real_data(WORK), "real")


def every_query_runs(data):
    for path in sorted((tap.SRC / "queries").glob("*.sql")):
        out = ["-o", WORK / "each.jsonl"] if "-- recipe:" in path.read_text() else []
        r = run_ok(path, "--local", "--data", data, "--json", *out)
        tap.check(json.loads(r.stdout)["download"]["rows"] > 0, "%s gives no rows" % path.name)


def every_query_runs_on_the_sample():
    every_query_runs(tap.sample_data(WORK))


def every_query_runs_on_real_posts():
    every_query_runs(tap.real_data(WORK))


def object_pages_stdout_and_file_give_the_same_bytes():
    data = tap.sample_data(WORK)
    with tap.Server(data, HOME) as server:
        env = server.env(HOME)
        common = [query("ai-subreddits"), "--recipe", "reddit-sft", "--output-location",
                  server.info["output"]]
        a, b, d = WORK / "a.jsonl", WORK / "b.jsonl", WORK / "d.jsonl"
        r = run_ok(*common, "--fetch", "object", "-o", a, "--json", env=env)
        spool = json.loads(r.stdout)["spool"]
        run_ok(*common, "--fetch", "pages", "-o", b, env=env)
        c = run_ok(*common, "-o", "-", env=env)
        run_ok("--from-csv", spool, "--recipe", "reddit-sft", "-o", d)
    tap.check(a.read_bytes() == b.read_bytes(), "result pages give other bytes than the object")
    tap.check(a.read_bytes() == c.stdout, "stdout gives other bytes than the file")
    tap.check(a.read_bytes() == d.read_bytes(), "--from-csv gives other bytes")


def unpacked(path):
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        tap.check(shutil.which("zstd"), "no zstd")
        return subprocess.run(["zstd", "-dc", str(path)], check=True, capture_output=True).stdout
    return path.read_bytes()


def the_set(folder, manifest):
    """The files of a set as {split: bytes}, held against the manifest."""
    m = json.loads((folder / manifest).read_text())
    sides, rows = {}, 0
    for f in m["files"]:
        data = (folder / f["file"]).read_bytes()
        tap.equal(len(data), f["bytes"], f["file"] + ": bytes")
        tap.equal(hashlib.sha256(data).hexdigest(), f["sha256"], f["file"] + ": sha256")
        text = unpacked(folder / f["file"])
        tap.equal(text.count(b"\n"), f["rows"], f["file"] + ": rows")
        tap.check(f["rows"] <= m.get("shard_rows", 1 << 60), f["file"] + " is too long")
        sides[f.get("split", "")] = sides.get(f.get("split", ""), b"") + text
        rows += f["rows"]
    tap.equal(m["rows"], rows, "rows of the set")
    tap.equal(set(os.listdir(folder)), {f["file"] for f in m["files"]} | {manifest}, "the folder")
    return sides, m


def kept_result():
    r = run_ok(query("ai-subreddits"), "--local", "--data", tap.sample_data(WORK), "-o",
               WORK / "whole.jsonl", "--recipe", "reddit-plain", "--json")
    return json.loads(r.stdout)["spool"]


def shards_and_compression_change_no_byte():
    spool = kept_result()
    want = (WORK / "whole.jsonl").read_bytes()
    for how in ("none", "gz", "zst"):
        if how == "zst" and not shutil.which("zstd"):
            continue
        folder = WORK / ("set-" + how)
        folder.mkdir()
        run = ["--from-csv", spool, "--recipe", "reddit-plain", "--compress", how]
        run_ok(*run, "--shard-rows", "900", "-o", folder / "o.jsonl")
        sides, _ = the_set(folder, "o.jsonl.manifest.json")
        tap.check(sides[""] == want, "%s: the shards hold other bytes than the file" % how)
        names = sorted(n for n in os.listdir(folder) if "manifest" not in n)
        tap.check(names[0].startswith("o-00000-of-%05d.jsonl" % len(names)), "names: %s" % names)
        one = WORK / ("one.jsonl" + {"none": "", "gz": ".gz", "zst": ".zst"}[how])
        run_ok(*run[:4], "-o", one)
        tap.check(unpacked(one) == want, "%s holds other bytes" % one.name)
    out = client("run", *run[:4], "-o", "-", "--compress", "gz").stdout
    tap.check(gzip.decompress(out) == want, "gzip on standard output holds other bytes")


def a_split_leaks_nothing():
    spool, folder = kept_result(), WORK / "split"
    folder.mkdir()
    csv.field_size_limit(1 << 30)
    with open(spool, newline="", encoding="utf-8") as f:
        thread = {row["id"]: row["link_id"] for row in csv.DictReader(f)}
    recipe = folder.parent / "ids.yaml"
    recipe.write_text("name: ids\ncolumns: {text: body}\noutput:\n  format: custom\n"
                      "  fields:\n    - {name: id, value: column:id}\n"
                      "    - {name: text, value: text}\n")
    run = ["--from-csv", spool, "--recipe", recipe, "-o", folder / "o.jsonl", "--shard-rows", "2k",
           "--split", "20%", "--split-by", "link_id"]
    run_ok(*run)
    sides, m = the_set(folder, "o.jsonl.manifest.json")
    tap.equal(m["split"], {"validation": 0.2, "by": "link_id", "seed": 0}, "the manifest's split")
    ids = {s: [json.loads(line)["id"] for line in sides[s].splitlines()] for s in sides}
    threads = {s: {thread[i] for i in ids[s]} for s in ids}
    tap.equal(threads["train"] & threads["validation"], set(), "threads on both sides")
    share = len(ids["validation"]) / (len(ids["validation"]) + len(ids["train"]))
    tap.check(0.1 < share < 0.3, "share %f" % share)
    for side in ids:  # the documented formula
        for t in threads[side]:
            h = int.from_bytes(hashlib.sha256(b"0\n=" + t.encode()).digest()[:4], "big")
            tap.equal(h * 1000000 >> 32 < 200000, side == "validation", "the side of " + t)
    before = {n: (folder / n).read_bytes() for n in os.listdir(folder) if "manifest" not in n}
    run_ok(*run, "--seed", "1")
    other, _ = the_set(folder, "o.jsonl.manifest.json")
    tap.check(other["validation"] != sides["validation"], "another seed gives the same split")
    run_ok(*run)
    for n, data in before.items():
        tap.check((folder / n).read_bytes() == data, "not the same bytes again: " + n)


def rejects_and_kept_are_all_rows():
    spool = kept_result()
    out, rejects = WORK / "kept.jsonl", WORK / "rejects.jsonl"
    r = run_ok("--from-csv", spool, "--recipe", "reddit-sft", "-o", out, "--rejects", rejects,
               "--json")
    funnel, lines = json.loads(r.stdout)["funnel"], tap.strict_lines(rejects)
    tap.equal(len(lines) + funnel["kept"], funnel["rows"], "rows")
    for reason, n in funnel["rejected"].items():
        tap.equal(sum(line["reason"] == reason for line in lines), n, reason)
    with open(spool, newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    for line in lines:
        tap.equal(line["values"]["body"], rows[line["row"] - 1]["body"], "row %d" % line["row"])


def another_format():
    spool = kept_result()
    run_ok("--from-csv", spool, "--recipe", "reddit-sft", "--format", "alpaca", "-o",
           WORK / "alpaca.jsonl")
    tap.equal(sorted(tap.strict_lines(WORK / "alpaca.jsonl")[0])[:3],
              ["input", "instruction", "output"], "the keys")
    folder = WORK / "refused-output"
    folder.mkdir()
    run = ["run", "--from-csv", spool, "--recipe", "reddit-sft", "-o", folder / "o.jsonl"]
    refused(client(*run, "--format", "alpacca"), 2, "alpacca")
    refused(client(*run, "--compress", "bz2"), 2, "bz2")
    refused(client(*run, "--split", "7"), 2, "--split")
    refused(client(*run, "--split-by", "link_id"), 2, "--split-by", "--split")
    refused(client(*run, "--split", "5%", "--split-by", "thread"), 2, "thread", "link_id")
    refused(client(*run, "--shard-rows", "1"), 2, "1000 files")
    refused(client(*run[:5], "-o", "-", "--shard-rows", "10"), 2, "standard output")
    tap.equal(os.listdir(folder), [], "files left")


def a_parameter_changes_the_query():
    data = tap.sample_data(WORK)
    counts = []
    for score in (2, 50):
        r = run_ok(query("ai-subreddits"), "--param", "min_score=%d" % score, "--local", "--data",
                   data, "-o", WORK / "p.jsonl", "--json")
        counts.append(json.loads(r.stdout)["download"]["rows"])
    tap.check(counts[0] > counts[1] > 0, "rows by min_score: %s" % counts)
    r = client("run", query("ai-subreddits"), "--param", "min_score=2 OR 1=1", "--local",
               "--data", data)
    tap.equal(r.returncode, 2, "exit code for a parameter that is no integer")


def a_recipe_names_its_query():
    data = tap.sample_data(WORK)
    by_recipe, by_query = WORK / "by-recipe.jsonl", WORK / "by-query.jsonl"
    run_ok(tap.SRC / "queries" / "reddit-plain.yaml", "--local", "--data", data, "-o", by_recipe)
    run_ok(query("ai-subreddits"), "--recipe", "reddit-plain", "--local", "--data", data, "-o",
           by_query)
    tap.check(by_recipe.read_bytes() == by_query.read_bytes(), "they differ")


def refused(r, code, *parts):
    text = said(r)
    tap.equal(r.returncode, code, "exit code\n" + text)
    for part in parts:
        tap.check(part in text, "the message lacks %r:\n%s" % (part, text))
    tap.check("\033" not in text and "\t\tat " not in text, "not plain text:\n" + text)


def sql_errors_name_the_place():
    folder = WORK / "refused"
    folder.mkdir()
    data = tap.sample_data(WORK)
    bad = sql_file("SELECT id, body\nFORM comments", "syntax")
    refused(client("run", bad, "--recipe", "reference", "--local", "--data", data, "-o", folder / "o"),
            1, "line 2:")
    bad = sql_file("SELECT id FROM no_such_table", "table")
    refused(client("run", bad, "--recipe", "reference", "--local", "--data", data, "-o", folder / "o"),
            1, "TABLE_NOT_FOUND", "no_such_table")
    no_leftovers(folder, "o")


def credentials_and_endpoints():
    data = tap.sample_data(WORK)
    sql = query("ai-subreddits")
    env = tap.clean_env(HOME, AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_REGION="us-east-1")
    refused(client("run", sql, env=env), 5, "AWS_ACCESS_KEY_ID")
    env.update(AWS_ACCESS_KEY_ID="AKIDPLANTED00000000", AWS_SECRET_ACCESS_KEY="planted/secret+key")
    refused(client("run", sql, env=env), 3, "127.0.0.1")
    with tap.Server(data, HOME) as server:
        env = server.env(HOME, secret="planted/secret+key")
        r = client("run", sql, "--output-location", server.info["output"], env=env)
        refused(r, 5)
        env = server.env(HOME, key="AKIDPLANTED00000000")
        refused(client("run", sql, "--output-location", server.info["output"], env=env), 5)


def outputs_that_cannot_be_written():
    data = tap.sample_data(WORK)
    run = ["run", query("ai-subreddits"), "--local", "--data", data, "-o"]
    refused(client(*run, WORK / "no" / "such" / "folder" / "o.jsonl"), 7, "no/such/folder")
    folder = WORK / "full"
    folder.mkdir()

    def small_disk():  # as a full disk does: writes fail midway
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))

    spool = json.loads(run_ok(query("ai-subreddits"), "--local", "--data", data, "-o",
                              WORK / "x.jsonl", "--json").stdout)["spool"]
    r = client("run", "--from-csv", spool, "--recipe", "reddit-sft", "-o", folder / "o.jsonl",
               preexec_fn=small_disk)
    refused(r, 7, "o.jsonl")
    no_leftovers(folder, "o.jsonl")


def a_standard_output_that_is_closed_or_full():
    data = tap.sample_data(WORK)
    name = str(query("ai-subreddits"))
    run = [str(tap.CLIENT), "run", name, "--local", "--data", str(data)]

    def shell(command, code, *parts):
        r = subprocess.run(["sh", "-c", command, "sh", *run], env=tap.clean_env(HOME), cwd=WORK,
                           stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60)
        text = r.stderr.decode()
        tap.equal(r.returncode, code, "exit code of %s\n%s" % (command, text))
        for part in parts:
            tap.check(part in text, "%s does not say %r:\n%s" % (command, part, text))
        return text

    text = shell('"$@" -o - >&-', 7, "standard output", "closed")
    tap.check("Query ID" not in text, "the query was paid although nobody reads:\n" + text)
    shell('"$@" -o closed.jsonl >&- <&-', 0, "Wrote ")
    tap.check(len(tap.strict_lines(WORK / "closed.jsonl")) > 0, "no examples")
    shell('"$@" -o full.jsonl --json > /dev/full', 7, "cannot write standard output")
    shell('"$@" -o /dev/full', 7, "No space left", "the result is kept")
    shell('"$1" --help > /dev/full', 7, "cannot write standard output")


def a_full_disk():
    disk = WORK / "tmpfs"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)],
                      capture_output=True).returncode != 0:
        raise tap.Skip("no right to mount a small disk")
    try:
        r = client("run", query("ai-subreddits"), "--local", "--data", tap.sample_data(WORK), "-o",
                   disk / "o.jsonl")
        refused(r, 7, "space", "o.jsonl")
        no_leftovers(disk, "o.jsonl")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def malformed_inputs():
    folder = WORK / "malformed"
    folder.mkdir()
    bad = folder / "bad.csv"
    head = b'"id","author","subreddit","body","score"\n'
    bad.write_bytes(head + b'"a","b","c","d","1"\n"a","b","c","d" e,"1"\n')
    out = folder / "out" / "o.jsonl"
    out.parent.mkdir()
    refused(client("run", "--from-csv", bad, "--recipe", "reference", "-o", out), 7, "row 3")
    bad.write_bytes(head + b'"a","b","c","never closed\n')
    refused(client("run", "--from-csv", bad, "--recipe", "reference", "-o", out), 7, "quote")
    recipe = folder / "r.yaml"
    recipe.write_text((tap.SRC / "queries" / "reference.yaml").read_text() + "\nclaen: []\n")
    bad.write_bytes(head)
    refused(client("run", "--from-csv", bad, "--recipe", recipe, "-o", out), 2, "claen",
            "r.yaml")
    refused(client("run", "--from-csv", folder / "absent.csv", "--recipe", "reference", "-o", out),
            7, "absent.csv")
    refused(client("run", "--from-csv", bad, "--recipe", "no-such", "-o", out), 2, "no-such")
    tap.equal(os.listdir(out.parent), [], "files left")


class Garbage(http.server.BaseHTTPRequestHandler):
    """Answers everything as a login page or a broken service would."""
    body = b"<html>please log in</html>"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


def a_malformed_reply():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Garbage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = tap.clean_env(HOME, AWS_ENDPOINT_URL="http://127.0.0.1:%d" % server.server_port,
                        AWS_ACCESS_KEY_ID="AKIDPLANTED00000000",
                        AWS_SECRET_ACCESS_KEY="planted/secret+key")
    r = client("run", query("ai-subreddits"), "-o", WORK / "garbage.jsonl", env=env)
    refused(r, 3, "StartQueryExecution")
    server.shutdown()
    tap.check(not (WORK / "garbage.jsonl").exists(), "a file from garbage")


def interrupt_stops_the_query_in_the_engine():
    with tap.Server(tap.sample_data(WORK), HOME) as server:
        p = subprocess.Popen(
            [str(tap.CLIENT), "run", str(sql_file(LONG_SQL, "long")),
             "--output-location", server.info["output"]],
            env=server.env(HOME), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL)
        before = server.cpu_seconds()
        deadline = time.time() + 30
        while server.cpu_seconds() - before < 1.0:
            tap.check(time.time() < deadline and p.poll() is None, "the query does not run")
            time.sleep(0.05)
        p.send_signal(signal.SIGINT)
        sent = time.time()
        time.sleep(1.0)
        used = server.cpu_seconds()
        time.sleep(1.0)
        tap.check(server.cpu_seconds() - used < 0.2, "still computing a second after the cancel")
        tap.equal(p.wait(10), 130, "exit code")
        tap.check(time.time() - sent < 8, "the client took too long to end")
        tap.check(b"cancel" in p.stderr.read().lower(), "it does not say that it was cancelled")


def a_timeout_stops_the_query():
    r = client("run", sql_file(LONG_SQL, "long"), "--timeout", "2", "--local",
               "--data", tap.sample_data(WORK))
    refused(r, 4, "2 s")


def kill_at_any_moment_leaves_no_half_file():
    data = tap.sample_data(WORK)
    folder = WORK / "killed"
    folder.mkdir()
    out = folder / "o.jsonl"
    want = len(tap.strict_lines(WORK / "a.jsonl"))
    rnd = random.Random(7)
    for _ in range(12):
        p = subprocess.Popen(
            [str(tap.CLIENT), "run", str(query("ai-subreddits")), "--local", "--data", str(data),
             "-o", str(out)], env=tap.clean_env(HOME), stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=WORK)
        time.sleep(rnd.uniform(0.0, 0.9))
        p.send_signal(signal.SIGTERM)
        code = p.wait(20)
        tap.check(code in (0, 143, -signal.SIGTERM), "exit code %d" % code)
        names = sorted(os.listdir(folder))
        if "o.jsonl" in names:
            tap.equal(len(tap.strict_lines(out)), want, "lines under the final name")
            out.unlink()
        for name in os.listdir(folder):
            tap.check(name == "o.jsonl.manifest.json", "left over: %s" % name)
            (folder / name).unlink()


def a_killed_run_leaves_no_part_of_a_set():
    spool, folder = kept_result(), WORK / "killed-set"
    folder.mkdir()
    rnd = random.Random(11)
    for _ in range(12):
        p = subprocess.Popen(
            [str(tap.CLIENT), "run", "--from-csv", spool, "--recipe", "reddit-plain", "--compress",
             "gz", "--shard-rows", "50", "--split", "0.3", "-o", str(folder / "o.jsonl")],
            env=tap.clean_env(HOME), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=WORK)
        time.sleep(rnd.uniform(0.0, 0.3))
        for _ in range(2):  # the second ends at once
            p.send_signal(signal.SIGTERM)
        code = p.wait(20)
        tap.check(code in (0, 143, -signal.SIGTERM), "exit code %d" % code)
        if "o.jsonl.manifest.json" in os.listdir(folder):
            the_set(folder, "o.jsonl.manifest.json")
        else:
            tap.equal(os.listdir(folder), [], "files left")
        for name in os.listdir(folder):
            (folder / name).unlink()


def no_server_outlives_its_client():
    time.sleep(1.0)
    alive = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            argv = pathlib.Path("/proc", pid, "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if argv[0] == str(tap.SERVER).encode() and str(WORK).encode() in b" ".join(argv):
            alive.append(pid)
    tap.equal(alive, [], "athena-duck still running")


def secrets_appear_nowhere():
    planted = (b"planted/secret+key", b"planted%2Fsecret")
    for path in WORK.rglob("*"):
        if path.is_file() and path.suffix != ".parquet":
            data = path.read_bytes()
            for secret in planted:
                tap.check(secret not in data, "%s holds a secret" % path)


if __name__ == "__main__":
    try:
        status = tap.run_tests([
            the_seeds_query_over_the_sample,
            the_seeds_query_over_real_posts,
            the_sample_equals_an_independent_implementation,
            real_posts_equal_an_independent_implementation,
            every_query_runs_on_the_sample,
            every_query_runs_on_real_posts,
            object_pages_stdout_and_file_give_the_same_bytes,
            shards_and_compression_change_no_byte,
            a_split_leaks_nothing,
            rejects_and_kept_are_all_rows,
            another_format,
            a_parameter_changes_the_query,
            a_recipe_names_its_query,
            sql_errors_name_the_place,
            credentials_and_endpoints,
            outputs_that_cannot_be_written,
            a_standard_output_that_is_closed_or_full,
            a_full_disk,
            malformed_inputs,
            a_malformed_reply,
            interrupt_stops_the_query_in_the_engine,
            a_timeout_stops_the_query,
            kill_at_any_moment_leaves_no_half_file,
            a_killed_run_leaves_no_part_of_a_set,
            no_server_outlives_its_client,
            secrets_appear_nowhere,
        ])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(status)
