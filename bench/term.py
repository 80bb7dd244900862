"""A terminal to drive the workbench with: the other side of bench/term.c. Standard library only.

    t = Terminal(120, 40)
    t.start([PROGRAM, "--local"], env)
    t.wait("Queries"); t.keys("j j Enter"); t.wait("done", 30)
    print(t.text())

Keys are named as in tests/screens: `j`, `C-r`, `M-x`, `S-Up`, `Enter`, `F5`.
"""
import os
import subprocess
import xml.sax.saxutils

BUILD = os.path.abspath(os.environ.get("AJ_BUILDDIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "build")))
NAMED = {"Enter": b"\r", "Tab": b"\t", "Esc": b"\x1b", "Backspace": b"\x7f", "Space": b" ", "S-Tab": b"\x1b[Z"}
ARROWS = {"Up": "A", "Down": "B", "Right": "C", "Left": "D", "Home": "H", "End": "F"}
TILDES = {"Insert": 2, "Delete": 3, "PageUp": 5, "PageDown": 6, "F5": 15, "F6": 17, "F7": 18, "F8": 19, "F9": 20,
          "F10": 21, "F11": 23, "F12": 24}
FUNCTIONS = {"F1": "P", "F2": "Q", "F3": "R", "F4": "S"}


def key_bytes(name):
    """What a terminal sends for a key."""
    if name in NAMED:
        return NAMED[name]
    mods, rest = 0, name
    while len(rest) > 2 and rest[1] == "-" and rest[0] in "CMS":
        mods |= {"S": 1, "M": 2, "C": 4}[rest[0]]
        rest = rest[2:]
    mark = ";%d" % (mods + 1) if mods else ""
    if rest in ARROWS:
        return ("\x1b[1%s%s" % (mark, ARROWS[rest]) if mark else "\x1b[" + ARROWS[rest]).encode()
    if rest in TILDES:
        return ("\x1b[%d%s~" % (TILDES[rest], mark)).encode()
    if rest in FUNCTIONS:
        return b"\x1bO" + FUNCTIONS[rest].encode()
    data = NAMED.get(rest, rest.encode())
    if mods & 4:
        data = bytes([data[0] & 0x1f])
    return (b"\x1b" if mods & 2 else b"") + data


class Terminal:
    def __init__(self, w=120, h=40, env=None, cwd=None):
        self.w, self.h = w, h
        self.tool = subprocess.Popen([os.path.join(BUILD, "bench/term")], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, env=env, cwd=cwd, text=True, errors="replace")
        self.say("size %d %d" % (w, h))

    def say(self, line):
        """One word to the tool; its answer's lines without the last, and the last's words."""
        self.tool.stdin.write(line + "\n")
        self.tool.stdin.flush()
        lines = []
        while True:
            answer = self.tool.stdout.readline()
            if not answer:
                raise RuntimeError("the terminal is gone after: " + line[:60])
            first = answer.split(" ", 1)[0].strip()
            if first in ("ok", "no", "error"):
                return lines, answer.split()
            lines.append(answer.rstrip("\n"))

    def start(self, argv):
        assert self.say("start " + " ".join(os.fsencode(a).hex() for a in argv))[1][0] == "ok", argv

    def resize(self, w, h):
        self.w, self.h = w, h
        self.say("size %d %d" % (w, h))

    def tee(self, path):
        self.say("tee " + os.fsencode(path).hex())

    def send(self, data):
        self.say("send " + (data if isinstance(data, bytes) else data.encode()).hex())

    def keys(self, names):
        for name in names.split():
            self.send(key_bytes(name))

    def paste(self, text):
        self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def first(self, text, seconds=10):
        """Microseconds from start to the frame that shows the text; None when it never came."""
        answer = self.say("first %s %d" % (text.encode().hex(), seconds * 1000))[1]
        return int(answer[1]) if answer[0] == "ok" else None

    def wait(self, text, seconds=10):
        return self.say("wait %s %d" % (text.encode().hex(), seconds * 1000))[1][0] == "ok"

    def gone(self, text, seconds=10):
        return self.say("gone %s %d" % (text.encode().hex(), seconds * 1000))[1][0] == "ok"

    def need(self, text, seconds=10):
        assert self.wait(text, seconds), "%r is not on the screen:\n%s" % (text, self.text())

    def pump(self, seconds):
        """Reads on; bytes and frames so far."""
        return [int(n) for n in self.say("pump %d" % (seconds * 1000))[1][1:]]

    def still(self, seconds=0.1, most=5):
        """Until nothing is painted for so long."""
        return self.say("still %d %d" % (seconds * 1000, most * 1000))[1][0] == "ok"

    def measure(self, what, n, gap, keys):
        """Sends n keys in turn; [(microseconds or -1, bytes of the frame)]. See do_measure in term.c."""
        names = keys if isinstance(keys, list) else keys.split()
        data = " ".join((k if isinstance(k, bytes) else key_bytes(k)).hex() for k in names)
        lines, _ = self.say("measure %s %d %d %s" % (what, n, gap * 1e6, data))
        return [tuple(int(v) for v in line.split()) for line in lines]

    def text(self):
        return "\n".join(line[1:] for line in self.say("text")[0])

    def cells(self):
        """[(x, y, width, fg or None, bg or None, attributes, text)], and the cursor or None."""
        lines, end = self.say("cells")
        cells = []
        for line in lines:
            x, y, width, fg, bg, attr, text = (line + " ").split(" ")[:7]
            cells.append((int(x), int(y), int(width), None if fg == "-" else fg, None if bg == "-" else bg, attr[:-1],
                          bytes.fromhex(text).decode("utf-8", "replace") or " "))
        return cells, (int(end[2]), int(end[3])) if end[1] == "1" else None

    def signal(self, number):
        self.say("signal %d" % number)

    def pid(self):
        return int(self.say("pid")[1][1])

    def end(self, seconds=10):
        """(wait status, terminal's modes are as before), or None when it still runs."""
        answer = self.say("end %d" % (seconds * 1000))[1]
        return (int(answer[1]), answer[2] == "whole") if answer[0] == "ok" else None

    def close(self):
        self.tool.stdin.close()
        self.tool.wait()
        self.tool.stdout.close()


CW, CH, LEFT, TOP = 8.4, 17, 8, 8
# Arms of a line of boxes: left, right, up, down; 1 thin, 2 heavy.
ARMS = {"\u2500": (1, 1, 0, 0), "\u2501": (2, 2, 0, 0), "\u2502": (0, 0, 1, 1), "\u250c": (0, 1, 0, 1), "\u2510": (1, 0, 0, 1),
        "\u2514": (0, 1, 1, 0), "\u2518": (1, 0, 1, 0), "\u251c": (0, 1, 1, 1), "\u2524": (1, 0, 1, 1), "\u252c": (1, 1, 0, 1),
        "\u2534": (1, 1, 1, 0), "\u253c": (1, 1, 1, 1), "\u256d": (0, 1, 0, 1), "\u256e": (1, 0, 0, 1), "\u2570": (0, 1, 1, 0),
        "\u256f": (1, 0, 1, 0), "\u2578": (2, 0, 0, 0), "\u257a": (0, 2, 0, 0)}


def shape(c):
    """A line of boxes or a block as rectangles (x, y, width, height) in parts of a cell; None: it is text."""
    if c in ARMS:
        left, right, up, down = ARMS[c]
        t = [0, 0.13, 0.28]
        return [r for r in ((0, .5 - t[left] / 4, .5, t[left] / 2), (.5, .5 - t[right] / 4, .5, t[right] / 2),
                            (.5 - t[up] / 2, 0, t[up], .5), (.5 - t[down] / 2, .5, t[down], .5)) if r[2] > 0 and r[3] > 0]
    n = ord(c)
    if 0x2581 <= n <= 0x2588:
        return [(0, 1 - (n - 0x2580) / 8, 1, (n - 0x2580) / 8)]
    if 0x2589 <= n <= 0x258f:
        return [(0, 0, (0x2590 - n) / 8, 1)]
    return {"\u2580": [(0, 0, 1, .5)], "\u2590": [(.5, 0, .5, 1)], "\u2594": [(0, 0, 1, .125)],
            "\u2595": [(.875, 0, .125, 1)]}.get(c)


def svg(cells, cursor, w, h, fg="d0d0d0", bg="16181d"):
    """A picture of the cells, small: one rectangle and one text per run of equal style; lines and blocks are drawn,
    because fonts leave gaps between them."""
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-size="14" '
           'font-family="DejaVu Sans Mono,Menlo,Consolas,monospace">' % (w * CW + 2 * LEFT, h * CH + 2 * TOP),
           '<rect width="100%%" height="100%%" rx="6" fill="#%s"/>' % bg]
    paths = {}

    def box(colour, x, y, width, height):
        paths.setdefault(colour, []).append("M%.4g %.4gh%.4gv%.4gh-%.4gz" % (LEFT + x * CW, TOP + y * CH, width * CW,
                                                                            height * CH, width * CW))

    def run(cells):
        x, y, _, f, b, attr, first = cells[0]
        width = sum(c[2] for c in cells)
        text = "".join(c[6] for c in cells)
        f, b = f or fg, b or bg
        if "r" in attr:
            f, b = b, f
        if b != bg:
            out.append('<rect x="%g" y="%g" width="%g" height="%g" fill="#%s"/>' % (
                LEFT + x * CW, TOP + y * CH, width * CW, CH, b))
        if len(first) == 1 and shape(first):
            for rx, ry, rw, rh in shape(first):
                if rw == 1 or first in "\u2500\u2501":
                    box(f, x, y + ry, width, rh)
                    break
                for i in range(len(cells)):
                    box(f, x + i + rx, y + ry, rw, rh)
            return
        if text.strip():
            lead = len(text) - len(text.lstrip(" "))
            body = text.strip(" ")
            style = (' font-weight="bold"' if "b" in attr else "") + (' text-decoration="underline"' if "u" in attr else "")
            length = (width - (len(text) - len(body))) * CW
            out.append('<text x="%g" y="%g" textLength="%g" fill="#%s"%s xml:space="preserve">%s</text>' % (
                LEFT + (x + lead) * CW, TOP + y * CH + 13, length, f, style, xml.sax.saxutils.escape(body)))

    def kind(c):
        """Cells of one kind and style go into one run. A wide or joined character stands alone."""
        if c[2] != 1 or len(c[6]) != 1:
            return (c[0], c[1])
        return (c[6] if shape(c[6]) else "", c[1]) + c[3:6]

    row = []
    for c in cells:
        if row and kind(c) != kind(row[0]):
            run(row)
            row = []
        row.append(c)
    if row:
        run(row)
    for colour, parts in paths.items():
        out.append('<path fill="#%s" d="%s"/>' % (colour, "".join(parts)))
    if cursor:
        out.append('<rect x="%g" y="%g" width="%g" height="%g" fill="#%s" opacity="0.5"/>' % (
            LEFT + cursor[0] * CW, TOP + cursor[1] * CH, CW, CH, fg))
    out.append("</svg>")
    return "\n".join(out) + "\n"
