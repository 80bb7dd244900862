"""A proxy on loopback that holds back what clients send: every call of the program takes `seconds` longer.

Bytes are passed on untouched, so signatures stay good (the Host that was signed is the proxy's own address,
and the local engine answers to any port of loopback).
"""
import asyncio
import threading
import urllib.parse


class DelayProxy:
    def __init__(self, url, seconds):
        at = urllib.parse.urlsplit(url)
        self.to, self.seconds = (at.hostname, at.port), seconds
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self.serve, args=(ready,), daemon=True).start()
        ready.wait()
        self.url = "http://127.0.0.1:%d" % self.port
        self.calls = 0

    def serve(self, ready):
        async def begin():
            server = await asyncio.start_server(self.client, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
        self.loop.create_task(begin())
        self.loop.run_forever()

    async def client(self, reader, writer):
        try:
            there = await asyncio.open_connection(*self.to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self.carry(reader, there[1], self.seconds), self.carry(there[0], writer, 0))

    async def carry(self, reader, writer, delay):
        try:
            while data := await reader.read(1 << 18):
                if delay:
                    self.calls += 1
                    await asyncio.sleep(delay)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()
