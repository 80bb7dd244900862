#!/usr/bin/env python3
"""Other people's clients against athena-duck: boto3's athena and s3, and raw sockets.

Runs on the shared real posts where they are, and always on a tiny data set made here. AJ_PYTHON (by
default the python that runs this) must have boto3; without it the tests are skipped.
"""
import csv
import http.client
import io
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

if os.environ.get("AJ_PYTHON") and os.environ.get("AJ_PYTHON") != sys.executable \
        and not os.environ.get("AJ_PEERS_INNER"):
    os.environ["AJ_PEERS_INNER"] = "1"
    try:
        os.execvp(os.environ["AJ_PYTHON"], [os.environ["AJ_PYTHON"], *sys.argv])
    except OSError:
        pass

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    boto3 = None

WORK = tap.work_folder()
HOME = WORK / "home"
HOME.mkdir()
LONG_SQL = ("SELECT count(*) FROM tiny a CROSS JOIN tiny b CROSS JOIN tiny c CROSS JOIN tiny d "
            "CROSS JOIN tiny e WHERE length(a.text) + b.n + c.n + d.n + e.n = -7")


def make_data():
    """reddit.comments: real posts, or nothing; reddit.tiny: 1,500 rows with NULL and '' in it."""
    folder = WORK / "data" / "reddit"
    folder.mkdir(parents=True)
    texts = ["", None, "plain", 'say "hi",\nthen go', "é – 漢字 😀", " "]
    with open(folder / "tiny.ndjson", "w", encoding="utf-8") as f:
        for n in range(1500):
            f.write(json.dumps({"n": n, "text": texts[n % len(texts)]}) + "\n")
    real = tap.SHARED / "data" / "reddit_sample.parquet"
    if real.exists():
        (folder / "comments.parquet").symlink_to(real.resolve())
    return WORK / "data"


class Peer:
    """One server and its clients, shared by the tests."""

    def __init__(self):
        self.server = tap.Server(make_data(), HOME)
        self.info = self.server.info
        self.athena = self.client("athena")
        self.s3 = self.client("s3")

    def client(self, service, **more):
        keys = dict(aws_access_key_id=self.info["access_key"],
                    aws_secret_access_key=self.info["secret_key"])
        keys.update({k: v for k, v in more.items() if k.startswith("aws_")})
        config = botocore.config.Config(retries={"max_attempts": 0}, signature_version="v4"
                                        if service == "athena" else "s3v4", **more.get("config", {}))
        return boto3.session.Session().client(
            service, endpoint_url=self.info["endpoint"], region_name="us-east-1", config=config, **keys)

    def start(self, sql, **more):
        more.setdefault("QueryExecutionContext", {"Database": "reddit"})
        return self.athena.start_query_execution(QueryString=sql, **more)["QueryExecutionId"]

    def state(self, query):
        return self.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]

    def finish(self, query, limit=60):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            x = self.state(query)
            if x["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return x
            time.sleep(0.01)
        raise AssertionError("%s did not end in %d s" % (query, limit))

    def run(self, sql, **more):
        x = self.finish(self.start(sql, **more))
        tap.equal(x["Status"]["State"], "SUCCEEDED",
                  "state of %s (%s)" % (sql, x["Status"].get("StateChangeReason")))
        return x

    def pages(self, query, **more):
        rows, infos = [], None
        token = {}
        while True:
            page = self.athena.get_query_results(QueryExecutionId=query, **more, **token)
            infos = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
            rows += [[d.get("VarCharValue") for d in r["Data"]] for r in page["ResultSet"]["Rows"]]
            if "NextToken" not in page:
                return rows, infos
            token = {"NextToken": page["NextToken"]}

    def object(self, x, **more):
        bucket, key = x["ResultConfiguration"]["OutputLocation"][5:].split("/", 1)
        return self.s3.get_object(Bucket=bucket, Key=key, **more)


PEER = None


def peer():
    global PEER
    if boto3 is None:
        raise tap.Skip("boto3 is not installed (AJ_PYTHON names a python that has it)")
    if PEER is None:
        PEER = False
        PEER = Peer()
    tap.check(PEER, "athena-duck does not start: the first failure says why")
    return PEER


def athena_csv(text):
    """Rows of a CSV as Athena writes it; None for an empty unquoted field, '' for a quoted one."""
    rows, row, i = [], [], 0
    while i < len(text):
        if text[i] == '"':
            value, i = "", i + 1
            while True:
                end = text.index('"', i)
                value += text[i:end]
                i = end + 1
                if text[i] != '"':
                    break
                value += '"'
                i += 1
        else:
            value = None
        row.append(value)
        tap.check(text[i] in ",\n", "not Athena's CSV at %d: %r" % (i, text[i - 20:i + 20]))
        if text[i] == "\n":
            rows.append(row)
            row = []
        i += 1
    tap.check(not row, "the last row has no newline")
    return rows


def refused(call, code, status=None, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as e:
        tap.equal(e.response["Error"]["Code"], code, "error code (%s)" % e)
        if status:
            tap.equal(e.response["ResponseMetadata"]["HTTPStatusCode"], status, "HTTP status")
        return e.response
    raise AssertionError("accepted: %s" % arguments)


def same_rows_by_pages_and_by_object():
    p = peer()
    x = p.run("SELECT n, text FROM tiny ORDER BY n")
    rows, infos = p.pages(x["QueryExecutionId"])
    tap.equal(len(rows), 1501, "rows with the header")
    tap.equal(rows[0], ["n", "text"], "header row")
    tap.equal([i["Name"] for i in infos], ["n", "text"], "column names")
    tap.equal(infos[1]["Type"], "varchar", "type of text")
    tap.equal([r[1] for r in rows[1:7]], ["", None, "plain", 'say "hi",\nthen go', "é – 漢字 😀", " "],
              "values, NULL apart from ''")
    body = p.object(x)["Body"].read()
    tap.equal(athena_csv(body.decode("utf-8")), rows, "rows of the object")
    small, _ = p.pages(x["QueryExecutionId"], MaxResults=333)
    tap.equal(small, rows, "rows by pages of 333")


def real_posts():
    p = peer()
    if not (WORK / "data" / "reddit" / "comments.parquet").exists():
        raise tap.Skip("shared real posts are absent")
    x = p.run("SELECT id, subreddit, score, body, link_flair_text FROM comments ORDER BY id")
    rows, _ = p.pages(x["QueryExecutionId"])
    tap.equal(len(rows), 12509, "rows with the header")
    tap.equal(athena_csv(p.object(x)["Body"].read().decode("utf-8")), rows, "rows of the object")
    lines = (tap.SHARED / "data" / "reddit_sample_head.ndjson").read_text(encoding="utf-8").split("\n")
    by_id = {r[0]: r for r in rows}
    for line in filter(None, lines):
        want = json.loads(line)
        got = by_id[want["id"]]
        tap.equal(got, [want["id"], want["subreddit"], str(want["score"]), want["body"],
                        want["link_flair_text"]], "row %s" % want["id"])
    tap.check(x["Statistics"]["DataScannedInBytes"] > 0, "bytes are reported as scanned")


def python_csv_module_reads_it_too():
    p = peer()
    x = p.run("SELECT n, text FROM tiny ORDER BY n LIMIT 6")
    rows = list(csv.reader(io.StringIO(p.object(x)["Body"].read().decode("utf-8"), newline="")))
    tap.equal(rows[4], ["3", 'say "hi",\nthen go'], "row with quotes, comma and newline")


def token_is_idempotent():
    p = peer()
    token = "peers-0123456789abcdef0123456789abcdef"
    one = p.start("SELECT count(*) FROM tiny", ClientRequestToken=token)
    tap.equal(p.start("SELECT count(*) FROM tiny", ClientRequestToken=token), one, "same token")
    p.finish(one)
    tap.equal(p.start("SELECT count(*) FROM tiny", ClientRequestToken=token), one, "same token later")
    refused(p.athena.start_query_execution, "InvalidRequestException", 400, QueryString="SELECT 2",
            ClientRequestToken=token)


def stop_interrupts_the_engine():
    p = peer()
    query = p.start(LONG_SQL)
    while p.state(query)["Status"]["State"] == "QUEUED":
        time.sleep(0.01)
    time.sleep(0.5)
    x = p.state(query)
    tap.equal(x["Status"]["State"], "RUNNING", "state before the stop")
    tap.check(x["Statistics"]["EngineExecutionTimeInMillis"] >= 400, "engine time moves")
    refused(p.athena.get_query_results, "InvalidRequestException", 400, QueryExecutionId=query)
    began = time.monotonic()
    p.athena.stop_query_execution(QueryExecutionId=query)
    x = p.finish(query)
    took = time.monotonic() - began
    tap.equal(x["Status"]["State"], "CANCELLED", "state after the stop")
    tap.equal(x["Status"]["StateChangeReason"], "Query cancelled by user", "reason")
    tap.check(took < 1.0, "the stop took %.2f s" % took)
    before = p.server.cpu_seconds()
    time.sleep(0.5)
    tap.check(p.server.cpu_seconds() - before < 0.3, "the engine still works after the stop")
    p.athena.stop_query_execution(QueryExecutionId=query)


def syntax_error_has_its_place():
    p = peer()
    e = refused(p.athena.start_query_execution, "InvalidRequestException", 400,
                QueryString="SELECT n\nFROM WHERE")
    tap.check(e["Error"]["Message"].startswith("line 2:6: "), e["Error"]["Message"])
    tap.equal(e.get("AthenaErrorCode", e["Error"].get("AthenaErrorCode")), "MALFORMED_QUERY", "code")


def unknown_table_fails_later():
    p = peer()
    x = p.finish(p.start("SELECT * FROM nothing_here"))
    tap.equal(x["Status"]["State"], "FAILED", "state")
    tap.check("TABLE_NOT_FOUND" in x["Status"]["StateChangeReason"]
              and "nothing_here" in x["Status"]["StateChangeReason"], x["Status"]["StateChangeReason"])
    tap.equal(x["Status"]["AthenaError"]["ErrorCategory"], 2, "error category")
    refused(p.athena.get_query_results, "InvalidRequestException", 400,
            QueryExecutionId=x["QueryExecutionId"])
    bucket, key = x["ResultConfiguration"]["OutputLocation"][5:].split("/", 1)
    refused(p.s3.get_object, "NoSuchKey", 404, Bucket=bucket, Key=key)


def wrong_keys():
    p = peer()
    other = p.client("athena", aws_access_key_id="AKIDSOMEONEELSE")
    refused(other.list_databases, "UnrecognizedClientException", CatalogName="AwsDataCatalog")
    other = p.client("athena", aws_secret_access_key="not the secret")
    refused(other.list_databases, "InvalidSignatureException", CatalogName="AwsDataCatalog")
    other = p.client("s3", aws_secret_access_key="not the secret")
    refused(other.list_buckets, "SignatureDoesNotMatch", 403)
    refused(other.put_object, "SignatureDoesNotMatch", 403, Bucket="athena-results", Key="x",
            Body=b"x" * 3000000)


def ranges_and_preconditions():
    p = peer()
    x = p.run("SELECT n, text FROM tiny ORDER BY n")
    whole = p.object(x)
    body, etag = whole["Body"].read(), whole["ETag"]
    tap.equal(p.object(x)["ETag"], etag, "ETag is stable")
    part = p.object(x, Range="bytes=10-19", IfMatch=etag)
    tap.equal(part["Body"].read(), body[10:20], "range")
    tap.equal(part["ContentRange"], "bytes 10-19/%d" % len(body), "Content-Range")
    tap.equal(part["ResponseMetadata"]["HTTPStatusCode"], 206, "status of a range")
    tap.equal(p.object(x, Range="bytes=-5")["Body"].read(), body[-5:], "suffix range")
    tap.equal(p.object(x, Range="bytes=%d-" % (len(body) - 3))["Body"].read(), body[-3:], "open range")
    bucket, key = x["ResultConfiguration"]["OutputLocation"][5:].split("/", 1)
    refused(p.s3.get_object, "InvalidRange", 416, Bucket=bucket, Key=key,
            Range="bytes=%d-" % len(body))
    refused(p.s3.get_object, "PreconditionFailed", 412, Bucket=bucket, Key=key, IfMatch='"other"')
    refused(p.s3.get_object, "304", 304, Bucket=bucket, Key=key, IfNoneMatch=etag)
    head = p.s3.head_object(Bucket=bucket, Key=key)
    tap.equal((head["ContentLength"], head["ETag"]), (len(body), etag), "HEAD")
    metadata = p.s3.get_object(Bucket=bucket, Key=key + ".metadata")["Body"].read()
    tap.check(x["QueryExecutionId"].encode() in metadata and b"varchar" in metadata, "metadata object")


def listings():
    p = peer()
    p.s3.create_bucket(Bucket="listed-by-peers")
    keys = sorted(["a/1", "a/2", "a/é + %.txt", "b/x", "c", "c d", "z/../../up", "//", "q?x=1&y#"])
    for k in keys:
        p.s3.put_object(Bucket="listed-by-peers", Key=k, Body=k.encode())
    got = [o["Key"] for page in p.s3.get_paginator("list_objects_v2").paginate(
        Bucket="listed-by-peers", PaginationConfig={"PageSize": 2}) for o in page.get("Contents", [])]
    tap.equal(got, sorted(keys, key=lambda k: k.encode()), "keys by pages of 2")
    page = p.s3.list_objects_v2(Bucket="listed-by-peers", Delimiter="/")
    tap.equal([c["Prefix"] for c in page["CommonPrefixes"]], ["/", "a/", "b/", "z/"], "common prefixes")
    tap.equal([c["Key"] for c in page["Contents"]], ["c", "c d", "q?x=1&y#"], "keys beside them")
    for k in keys:
        tap.equal(p.s3.get_object(Bucket="listed-by-peers", Key=k)["Body"].read(), k.encode(), k)
    refused(p.s3.list_objects_v2, "NoSuchBucket", 404, Bucket="not-there-at-all")


def uploads():
    p = peer()
    body = os.urandom(300000)
    one = p.s3.put_object(Bucket="athena-results", Key="up/one", Body=body)
    tap.equal(p.s3.get_object(Bucket="athena-results", Key="up/one")["Body"].read(), body, "body")
    tap.equal(one["ETag"], p.s3.head_object(Bucket="athena-results", Key="up/one")["ETag"], "ETag")
    p.s3.put_object(Bucket="athena-results", Key="up/two", Body=io.BytesIO(body))
    plain = p.client("s3", config={"s3": {"payload_signing_enabled": False}})
    plain.put_object(Bucket="athena-results", Key="up/three", Body=body)
    refused(p.s3.put_object, "PreconditionFailed", 412, Bucket="athena-results", Key="up/one",
            Body=b"other", IfNoneMatch="*")
    p.s3.delete_object(Bucket="athena-results", Key="up/two")
    refused(p.s3.get_object, "NoSuchKey", 404, Bucket="athena-results", Key="up/two")


def presigned_address():
    p = peer()
    p.s3.put_object(Bucket="athena-results", Key="pre signed/é.txt", Body=b"hello")
    url = p.s3.generate_presigned_url("get_object", ExpiresIn=60, Params={
        "Bucket": "athena-results", "Key": "pre signed/é.txt"})
    tap.equal(urllib.request.urlopen(url).read(), b"hello", "presigned GET")
    try:
        urllib.request.urlopen(url.replace("signed", "sighed", 1))
    except urllib.error.HTTPError as e:
        tap.equal(e.code, 403, "another key with that signature")
    else:
        raise AssertionError("a bent presigned address was served")


def catalog():
    p = peer()
    names = [d["Name"] for d in p.athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]]
    tap.check("reddit" in names, names)
    tables = p.athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="reddit")
    tap.check("tiny" in [t["Name"] for t in tables["TableMetadataList"]], tables)
    t = p.athena.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="reddit",
                                    TableName="tiny")["TableMetadata"]
    tap.equal([(c["Name"], c["Type"]) for c in t["Columns"]], [("n", "bigint"), ("text", "string")],
              "columns of tiny")
    refused(p.athena.get_table_metadata, "MetadataException", 400, CatalogName="AwsDataCatalog",
            DatabaseName="reddit", TableName="nothing_here")
    tap.equal(p.athena.get_work_group(WorkGroup="primary")["WorkGroup"]["Configuration"]
              ["ResultConfiguration"]["OutputLocation"], p.info["output"], "output of the workgroup")
    tap.equal(p.athena.list_data_catalogs()["DataCatalogsSummary"][0]["CatalogName"],
              "AwsDataCatalog", "catalog")


def parameters_and_locations():
    p = peer()
    x = p.run("SELECT count(*) FROM tiny WHERE n < ? AND text = ?", ExecutionParameters=["100", "'plain'"],
              ResultConfiguration={"OutputLocation": "s3://other-results/deep/er"})
    tap.check(x["ResultConfiguration"]["OutputLocation"].startswith("s3://other-results/deep/er/"),
              x["ResultConfiguration"])
    tap.equal(p.pages(x["QueryExecutionId"])[0][1], ["17"], "count")
    refused(p.athena.start_query_execution, "InvalidRequestException", 400, QueryString="SELECT 1",
            ResultConfiguration={"OutputLocation": "/etc"})


def text_results():
    p = peer()
    x = p.run("SHOW TABLES")
    tap.check(x["ResultConfiguration"]["OutputLocation"].endswith(".txt"), "SHOW writes .txt")
    names = p.object(x)["Body"].read().decode().split("\n")
    tap.check("tiny" in names, names)
    tap.equal([r[0] for r in p.pages(x["QueryExecutionId"])[0]], names, "rows without a header")


def statistics_at_the_end():
    p = peer()
    x = p.run("SELECT n FROM tiny")
    s = p.athena.get_query_runtime_statistics(
        QueryExecutionId=x["QueryExecutionId"])["QueryRuntimeStatistics"]
    tap.equal(s["Rows"]["OutputRows"], 1500, "output rows")
    tap.equal(s["Timeline"]["TotalExecutionTimeInMillis"],
              x["Statistics"]["TotalExecutionTimeInMillis"], "total time")
    tap.check(x["Status"]["CompletionDateTime"] >= x["Status"]["SubmissionDateTime"], "times")


def many_clients_at_once():
    p = peer()
    wrong = []

    def one(number):
        try:
            athena = p.client("athena")
            q = athena.start_query_execution(
                QueryString="SELECT n + %d AS v FROM tiny ORDER BY n LIMIT 50" % number,
                QueryExecutionContext={"Database": "reddit"})["QueryExecutionId"]
            x = p.finish(q)
            rows = athena_csv(p.object(x)["Body"].read().decode())
            if rows[1:] != [[str(i + number)] for i in range(50)]:
                wrong.append((number, x["Status"], rows[:3]))
        except Exception as e:  # whatever it is, it is told
            wrong.append((number, repr(e)))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    tap.check(not wrong, wrong[:3])


def raw_request(data, limit=5):
    port = int(peer().info["endpoint"].rsplit(":", 1)[1])
    out = b""
    with socket.create_connection(("127.0.0.1", port), timeout=limit) as s:
        try:
            s.sendall(data.replace(b"{port}", str(port).encode()))
            while True:
                part = s.recv(65536)
                if not part:
                    break
                out += part
                if b"keep-alive" in data.lower():
                    s.settimeout(0.5)
        except OSError:
            pass
    return out


def content_type_and_target():
    for header, status in (("", 404), ("Content-Type: application/x-amz-json-1.0\r\n", 404),
                           ("Content-Type: application/x-amz-json-1.1\r\n", 400)):
        reply = raw_request(("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%s"
                             "X-Amz-Target: AmazonAthena.No\r\nContent-Length: 2\r\n\r\n{}"
                             % header).encode())
        tap.equal(int(reply.split()[1]), status, "status with %r" % header)


def hostile_requests():
    path = tap.SHARED / "vectors" / "http" / "hostile-requests.jsonl"
    if not path.exists():
        raise tap.Skip("shared vectors are absent")
    p = peer()
    before = p.athena.list_query_executions()["QueryExecutionIds"]
    wrong, sent = [], 0
    for line in path.read_text().splitlines():
        case = json.loads(line)
        if not case["hex"] or case["name"] in ("frame-tls",):  # an idle connection: closed later
            continue
        reply = raw_request(bytes.fromhex(case["hex"]), 5)
        status = int(reply.split()[1]) if reply.startswith(b"HTTP/") else 0
        sent += 1
        if 200 <= status < 300 or status == 500 or b"access-control-allow" in reply.lower() \
                or b"root:" in reply:
            wrong.append((case["name"], reply[:200]))
    tap.check(sent > 110, "sent %d" % sent)
    tap.check(not wrong, wrong[:3])
    tap.equal(p.athena.list_query_executions()["QueryExecutionIds"], before, "queries run")


def keep_alive_after_a_refusal():
    p = peer()
    c = http.client.HTTPConnection(p.info["endpoint"][7:], timeout=5)
    for _ in range(3):
        c.request("PUT", "/athena-results/x", body=b"z" * 1000)
        r = c.getresponse()
        r.read()
        tap.equal(r.status, 403, "unsigned PUT")
    c.close()


def ends_cleanly(how):
    folder = WORK / "tmp"
    folder.mkdir(exist_ok=True)
    server = subprocess.Popen(
        [str(tap.SERVER), "--data", str(WORK / "data"), "--port", "0", "--exit-on-stdin-eof"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=tap.clean_env(HOME, TMPDIR=folder))
    info = json.loads(server.stdout.readline())
    athena = boto3.session.Session().client(
        "athena", endpoint_url=info["endpoint"], region_name="us-east-1",
        aws_access_key_id=info["access_key"], aws_secret_access_key=info["secret_key"])
    athena.start_query_execution(QueryString=LONG_SQL, QueryExecutionContext={"Database": "reddit"})
    time.sleep(0.5)
    tap.equal([oct(d.stat().st_mode & 0o777) for d in folder.iterdir()], ["0o700"], "private folder")
    began = time.monotonic()
    how(server)
    tap.equal(server.wait(10), 0, "exit code")
    tap.check(time.monotonic() - began < 2, "the end took %.1f s" % (time.monotonic() - began))
    tap.equal(list(folder.iterdir()), [], "left over")


def ends_on_stdin_eof_with_a_query_running():
    peer()
    ends_cleanly(lambda server: server.stdin.close())


def ends_on_sigterm_with_a_query_running():
    peer()
    ends_cleanly(lambda server: server.terminate())


def a_killed_servers_folder_goes_at_the_next_start():
    peer()
    folder = WORK / "tmp"
    folder.mkdir(exist_ok=True)
    for last in (False, True):
        server = subprocess.Popen([str(tap.SERVER), "--data", str(WORK / "data"), "--port", "0"],
                                  stdout=subprocess.PIPE, env=tap.clean_env(HOME, TMPDIR=folder))
        server.stdout.readline()
        tap.equal(len(list(folder.iterdir())), 1, "folders while it runs")
        server.terminate() if last else server.kill()
        server.wait(10)
    tap.equal(list(folder.iterdir()), [], "left over")


def state_is_kept_and_guarded():
    peer()
    keys = ["--access-key", "AKIDPEERS", "--secret-key", "secret-of-peers"]
    state = ["--state", str(WORK / "state")]
    client = None
    for start in range(2):
        with tap.Server(WORK / "data", HOME, *keys, *state) as server:
            tap.equal(server.info["access_key"], "AKIDPEERS", "given key")
            client = boto3.session.Session().client(
                "s3", endpoint_url=server.info["endpoint"], region_name="us-east-1",
                aws_access_key_id="AKIDPEERS", aws_secret_access_key="secret-of-peers")
            if start == 0:
                etag = client.put_object(Bucket="athena-results", Key="kept/one", Body=b"kept")["ETag"]
                second = subprocess.run([str(tap.SERVER), "--data", str(WORK / "data"), "--port", "0",
                                         *state], capture_output=True, env=tap.clean_env(HOME))
                tap.check(second.returncode == 1 and b"another athena-duck" in second.stderr,
                          "a second server on one state folder: %r" % second)
            else:
                kept = client.get_object(Bucket="athena-results", Key="kept/one")
                tap.equal((kept["Body"].read(), kept["ETag"]), (b"kept", etag), "kept object")


def refusals_of_the_command_line():
    for arguments, part in (([], b"--data"), (["--data", "/nowhere/at/all"], b"not a folder"),
                            (["--data", str(WORK), "--port", "x"], b"--port"),
                            (["--data", str(WORK), "--listen", "0.0.0.0"], b"--access-key"),
                            (["--data", str(WORK), "--listen", "somewhere"], b"numeric"),
                            (["--data", str(WORK), "--access-key", "only"], b"both"),
                            (["--no-such"], b"--help")):
        r = subprocess.run([str(tap.SERVER), *arguments], capture_output=True, timeout=20,
                           env=tap.clean_env(HOME))
        tap.check(r.returncode == 2 and part in r.stderr and not r.stdout, "%s: %r" % (arguments, r))
    r = subprocess.run([str(tap.SERVER), "--help"], capture_output=True, env=tap.clean_env(HOME))
    tap.check(r.returncode == 0 and b"Usage:" in r.stdout, "--help: %r" % r)


TESTS = [same_rows_by_pages_and_by_object, real_posts, python_csv_module_reads_it_too,
         token_is_idempotent, stop_interrupts_the_engine, syntax_error_has_its_place,
         unknown_table_fails_later, wrong_keys, ranges_and_preconditions, listings, uploads,
         presigned_address, catalog, parameters_and_locations, text_results, statistics_at_the_end,
         many_clients_at_once, content_type_and_target, hostile_requests, keep_alive_after_a_refusal,
         ends_on_stdin_eof_with_a_query_running, ends_on_sigterm_with_a_query_running,
         a_killed_servers_folder_goes_at_the_next_start, state_is_kept_and_guarded,
         refusals_of_the_command_line]

if __name__ == "__main__":
    code = tap.run_tests(TESTS)
    if PEER:
        PEER.server.__exit__()
    if not code:
        import shutil
        shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(code)
