#!/usr/bin/env python3
"""An independent, straightforward implementation of two shipped recipes, written from docs/recipes.md.

  reference_impl.py RECIPE result.csv out.jsonl      RECIPE: reference | reddit-sft

It shares nothing with the program: end-to-end tests compare the two example by example.
"""
import csv
import json
import re
import sys
import unicodedata
from html.entities import name2codepoint

SPACE = "\\x09-\\x0d\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
ASCII_SPACE = " \t\n\r\f\v"


# --- reference ---------------------------------------------------------------------------------

KINDS = {
    "research": ["MachineLearning", "deeplearning", "LanguageTechnology", "learnmachinelearning",
                 "computervision", "reinforcementlearning"],
    "tools": ["OpenAI", "ChatGPT", "LocalLLaMA", "ClaudeAI", "StableDiffusion"],
    "data": ["datascience", "statistics", "bigdata", "datasets"],
}
TEXTS = {
    "research": "Explain this machine learning topic",
    "tools": "Share practical advice about this AI tool",
    "data": "Discuss this data science question",
    "other": "Give an informed view on this AI topic",
}


def reference_clean(text):
    text = re.sub(r"https?://\S+|www\.\S+", "", text)
    text = re.sub(r"/?\bu/[A-Za-z0-9_-]+", "", text)
    text = re.sub(r"/?\br/[A-Za-z0-9_]+", "", text)
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" ")


def reference_instruction(subreddit, score):
    for kind, boards in KINDS.items():
        if subreddit in boards:
            break
    else:
        kind = "other"
    hot = ", as in a highly rated answer" if score >= 50 else ""
    return TEXTS[kind] + hot + "."


def reference(row):
    text = reference_clean(row["body"])
    if len(text) < 50:
        return None
    score = int(row["score"])
    return {"instruction": reference_instruction(row["subreddit"], score), "response": text,
            "subreddit": row["subreddit"], "score": score, "id": row["id"]}


# --- reddit-sft: dropping ----------------------------------------------------------------------

BOT_NAME = re.compile(r"\A(?:AutoModerator|autotldr|imgurtranscriber|RemindMeBot)\Z"
                      r"|(?:[_-][Bb]ot|[a-z0-9]Bot|BOT)[0-9]*\Z")
BOT_TEXT = re.compile(r"(?<!\w)(?:I am|I'm|I\u2019m) a bot(?!\w)", re.I)


def dropped(row):
    body, author = row["body"], row.get("author", "")
    bare = body.strip()
    if bare == "":
        return "empty"
    if bare == "[deleted]" or author == "[deleted]":
        return "deleted"
    if bare.lower() in ("[removed]", "[ removed by reddit ]", "[unicode encode error]"):
        return "removed"
    if BOT_NAME.search(author) or BOT_TEXT.search(body):
        return "bots"
    if row.get("distinguished", "").lower() in ("moderator", "admin"):
        return "moderator"
    if row.get("stickied", "").lower() in ("true", "t", "1"):
        return "moderator"
    if int(row["score"]) < 2:
        return "min_score"
    if len(body) > 40000:
        return "raw_max_chars"
    return None


# --- reddit-sft: cleaning ----------------------------------------------------------------------

def entity(match):
    name = match.group(1)
    if name[0] != "#":
        code = 0x27 if name == "apos" else name2codepoint.get(name)
        return match.group(0) if code is None else chr(code)
    digits = name[2:] if name[1] in "xX" else name[1:]
    code = int(digits, 16 if name[1] in "xX" else 10)
    if 0x80 <= code <= 0x9F:
        try:
            return bytes([code]).decode("cp1252")
        except UnicodeDecodeError:
            return match.group(0)
    refused = ((code < 0x20 and code not in (9, 10, 13)) or code == 0x7F or code > 0x10FFFF
               or 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE)
    return match.group(0) if refused else chr(code)


ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,7}|#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8});")


def entities(text):
    while True:
        decoded = ENTITY.sub(entity, text)
        if decoded == text:
            return text
        text = decoded


def invisible(text):
    out = []
    for i, c in enumerate(text):
        n = ord(c)
        if n <= 8 or 0x0E <= n <= 0x1F or 0x7F <= n <= 0x84 or 0x86 <= n <= 0x9F:
            continue
        if n in (0xAD, 0x200B, 0x2060, 0xFEFF):
            continue
        if n in (0x200C, 0x200D):
            sides = text[i - 1:i] if i else "", text[i + 1:i + 2]
            if not all(s and ord(s) > 0x7F and not s.isspace() for s in sides):
                continue
        out.append(" " if n in (0xA0, 0x202F, 0x205F) or 0x2000 <= n <= 0x200A else c)
    return "".join(out)


def newlines(text):
    text = re.sub("\r\n|[\r\v\f\x85\u2028\u2029]", "\n", text)
    text = re.sub("[ \t]+\n", "\n", text)
    return re.sub("\n{3,}", "\n\n", text)


def is_fence(line):
    m = re.match(r" {0,3}(```|~~~)", line)
    return m.group(1) if m else None


def is_indented(line):
    return line.strip(" \t\n") != "" and (line.startswith("    ") or line.startswith("\t"))


def block_end(lines, i, may_indent):
    """Index behind the code block that begins at line i, or i."""
    mark = is_fence(lines[i])
    if mark:
        for k in range(i + 1, len(lines)):
            if is_fence(lines[k]) == mark:
                return k + 1
        return i
    if not (may_indent and is_indented(lines[i])):
        return i
    end = k = i + 1
    while k < len(lines) and (is_indented(lines[k]) or lines[k].strip(" \t\n") == ""):
        k += 1
        if is_indented(lines[k - 1]):
            end = k
    return end


def code(text):
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    kept, i, may_indent = [], 0, True
    while i < len(lines):
        end = block_end(lines, i, may_indent)
        if end > i:
            i, may_indent = end, True
            continue
        may_indent = lines[i].strip(" \t\n") == ""
        kept.append(lines[i])
        i += 1
    return "".join(kept)


def rule(pattern, to=""):
    compiled = re.compile(pattern.replace("SPACE", SPACE))
    return lambda text: compiled.sub(to, text)


def in_a_row(*rules):
    def run(text):
        for r in rules:
            text = r(text)
        return text
    return run


def whitespace(text):
    return re.sub("[ \t\n\r\f\v]+", " ", text).strip(ASCII_SPACE)


def nfc(text):
    return unicodedata.normalize("NFC", text)


CLEAN = [
    entities, invisible, nfc, newlines, code,
    rule(r"(?m)^[ \t]*>(?!!)[^\n]*\n?"),
    in_a_row(rule(r"!\[[^\[\]\n]*\]\([^()\n]*\)"), rule(r"\*?Processing img [^*\n]*\*?")),
    rule(r"\[((?:[^\[\]\\\n]|\\.)*)\]\((?:[^()\\SPACE]|\\.|\((?:[^()\\SPACE]|\\.)*\))*"
         r'(?:[ \t]+"[^"\n]*")?\)', r"\1"),
    rule(r"(?:[Hh][Tt][Tt][Pp][Ss]?://|(?<!\w)[Ww][Ww][Ww]\.)(?:\([^<>()SPACE]*\)|[^<>()SPACE])*"
         r"""(?:\([^<>()SPACE]*\)|[^<>().,;:!?'"\]}*_~SPACE])"""),
    rule(r"(?<![\w/])/?[uU]/[A-Za-z0-9_-]{3,20}(?![A-Za-z0-9_-])"),
    rule(r"(?<![\w/])/?[rR]/[A-Za-z0-9_]{2,21}(?![A-Za-z0-9_])"),
    in_a_row(
        rule(r"(?m)^[ \t]*(?:[*_-][ \t]*){3,}$"),
        rule(r"(?m)^[ \t]*(?:#{1,6}|[*+-])[ \t]+(?=[^SPACE])"),
        rule(r"(?<!\\)\*{1,3}(?![*SPACE])([^*\n]*[^*\\SPACE])\*{1,3}", r"\1"),
        rule(r"(?<![\w\\])_{1,3}(?![_SPACE])([^_\n]*[^_\\SPACE])_{1,3}(?!\w)", r"\1"),
        rule(r"(?<!\\)~~([^~\n]+)~~", r"\1"),
        rule(r"(?<![\w)\]^\\])\^+(?:\(([^()\n]*)\)|(?=[A-Za-z0-9]))", r"\1")),
    rule(r"\\([\\`*_{}\[\]()#+.!~^>|/&<-])", r"\1"),
    rule(r"(?m)^[ \t*_]*[Ee][Dd][Ii][Tt][ \t]*[0-9]*[ \t*_]*[:-][^\n]*(?:\n[ \t]*[^ \t\n][^\n]*)*"),
    rule(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}"
         r"(?![A-Za-z0-9-])", "[email]"),
    whitespace,
]


def sft_clean(text):
    for _ in range(32):
        before = text
        for step in CLEAN:
            text = step(text)
        if text == before:
            return text
    return None


# --- reddit-sft: the example -------------------------------------------------------------------

SFT_KINDS = {
    "research": KINDS["research"] + ["artificial", "singularity"],
    "tools": KINDS["tools"],
    "data": KINDS["data"],
    "code": ["learnpython", "Python", "programming", "learnprogramming", "C_Programming", "cpp",
             "rust", "golang", "javascript"],
}
SFT_TEXTS = dict(TEXTS, code="Answer this programming question",
                 other="Write a thoughtful Reddit comment")


def sft_instruction(subreddit, score):
    kind = "other"
    for name, boards in SFT_KINDS.items():
        if subreddit.lower() in [b.lower() for b in boards]:
            kind = name
    add = ""
    if score >= 500:
        add = ", as in one of the best answers"
    elif score >= 50:
        add = ", as in a highly rated answer"
    return SFT_TEXTS[kind] + add + "."


def reddit_sft(row):
    if dropped(row):
        return None
    text = sft_clean(row["body"])
    if text is None or not 50 <= len(text) <= 8000 or len(text.split()) < 8:
        return None
    return {"messages": [
        {"role": "user", "content": sft_instruction(row["subreddit"], int(row["score"]))},
        {"role": "assistant", "content": text}]}


RECIPES = {"reference": reference, "reddit-sft": reddit_sft}


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in RECIPES:
        sys.exit(__doc__)
    make = RECIPES[sys.argv[1]]
    csv.field_size_limit(1 << 30)
    rows = kept = 0
    with open(sys.argv[2], newline="", encoding="utf-8", errors="replace") as src, \
            open(sys.argv[3], "w", encoding="utf-8", newline="\n") as out:
        for row in csv.DictReader(src):
            rows += 1
            example = make(row)
            if example is not None:
                kept += 1
                out.write(json.dumps(example, ensure_ascii=False) + "\n")
    print(json.dumps({"rows": rows, "kept": kept}))


if __name__ == "__main__":
    main()
