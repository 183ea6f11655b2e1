"""Files: brought in, attached, read by those who may; names and contents that lie; what survives a power cut, what is
swept, what verify finds, and backups that hold them."""
import hashlib
import os
import pathlib
import time
import unittest
from urllib.parse import quote

import centre
from fenghuo_client import Client, Server, fresh_folder, raw_exchange, run

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 50
PDF = b"%PDF-1.7\n" + b"page " * 100


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def file_of(server, digest):
    name = digest.removeprefix("sha256:")
    return server.data / "attachments" / name[:2] / name


def setUpModule():
    global here, d
    here = centre.shared()
    d = here.dispatcher


class Uploads(unittest.TestCase):
    def test_a_picture_from_upload_to_download(self):
        up = d.upload(JPEG, "image/jpeg", name="东侧.jpg")
        self.assertEqual((up.status, up.json), (201, {"digest": digest_of(JPEG), "size": len(JPEG), "media_type": "image/jpeg",
                                                      "name": "东侧.jpg"}))
        digest = up["digest"]
        self.assertEqual(file_of(here.server, digest).read_bytes(), JPEG)
        self.assertEqual(file_of(here.server, digest).stat().st_mode & 0o77, 0)
        path = f"/api/v1/attachments/{digest}"
        self.assertEqual(d.get(path).status, 404, "nothing names it yet")
        incident = here.incident()
        report = d.post("/api/v1/reports", {"channel": "web", "text": "有图"})["report"]["id"]
        for kind, object_id in (("incidents", incident), ("reports", report)):
            wish = {"digest": digest, "name": "东侧 1.jpg", "media_type": "image/jpeg", "note": "08:20 拍摄"}
            done = d.post(f"/api/v1/{kind}/{object_id}/attachments", wish, key=f"attach-{object_id}")
            self.assertEqual((done.status, done["attachment"]["size"]), (201, len(JPEG)), done)
            again = d.post(f"/api/v1/{kind}/{object_id}/attachments", wish, key=f"attach-{object_id}")
            self.assertEqual((again.status, again.raw), (201, done.raw))
            shown = d.get(f"/api/v1/{kind}/{object_id}")
            self.assertEqual([(a["digest"], a["name"], a["note"], a["attached_by"]) for a in shown["attachments"]],
                             [(digest, "东侧 1.jpg", "08:20 拍摄", "dispatcher")])
            self.assertEqual(done.etag, shown.etag)
            twice = d.post(f"/api/v1/{kind}/{object_id}/attachments", wish)
            self.assertEqual((twice.status, twice.problem), (409, "already_attached"))
        got = d.get(path)
        self.assertEqual((got.status, got.raw, got.headers["Content-Type"]), (200, JPEG, "image/jpeg"))
        self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(got.headers["Content-Disposition"],
                         "attachment; filename=\"___1.jpg\"; filename*=UTF-8''" + quote("东侧 1.jpg"))
        types = [i["type"] for i in d.get(f"/api/v1/incidents/{incident}/timeline")["items"]]
        self.assertIn("file_attached", types)
        self.assertEqual(run("journal", "verify", "--data", here.server.data).returncode, 0)

    def test_what_is_not_what_it_says_is_not_taken(self):
        own = b"taken in nowhere else"
        for content, kind in ((b"<html>", "image/jpeg"), (JPEG + own, "image/png"), (PNG + own, "application/pdf"),
                              (PDF + own, "image/gif"), (own, "application/ofd"),
                              (b"MZ\x90", "application/vnd.ms-excel"), (b"\xff\xd8", "image/jpeg")):
            with self.subTest(kind=kind, content=content[:6]):
                self.assertEqual(d.upload(content, kind).status, 400)
                self.assertFalse(file_of(here.server, digest_of(content)).exists())
        for kind in ("text/html", "image/svg+xml", "application/json", "application/x-msdownload", "image/jpeg2", "",
                     "application/javascript", "multipart/form-data; boundary=x"):
            with self.subTest(kind=kind):
                self.assertEqual(d.upload(JPEG, kind).problem, "unsupported_media_type")
        self.assertEqual(d.upload(b"", "text/plain").status, 400)
        self.assertEqual(d.upload(JPEG, "IMAGE/JPEG ; charset=x").status, 201)
        # What was brought in as a text is not attached as a picture.
        text = d.upload(b"only words", "text/plain")["digest"]
        refused = d.post(f"/api/v1/incidents/{here.incident()}/attachments",
                         {"digest": text, "name": "x.jpg", "media_type": "image/jpeg"})
        self.assertEqual((refused.status, refused["errors"][0]["pointer"]), (400, "/media_type"))
        refused = d.post(f"/api/v1/incidents/{here.incident()}/attachments",
                         {"digest": text, "name": "x.html", "media_type": "text/html"})
        self.assertEqual(refused.status, 400)

    def test_hostile_names(self):
        incident, digest = here.incident(), d.upload(PNG, "image/png")["digest"]
        before = d.sequence()
        for name in ("", ".", "..", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "C:\\x.png", "x\r\nSet-Cookie: a=b", "x\u0000",
                     "a\"b", "x<script>.png", ".htaccess", "x.png.", " x", "x ", "现场\u202egnp.exe", "a\u200bb", "a|b", "x" * 201,
                     "名" * 67, "a?b", "a*b", "\u007f"):
            with self.subTest(name=name[:20]):
                body = {"digest": digest, "name": name, "media_type": "image/png"}
                refused = d.post(f"/api/v1/incidents/{incident}/attachments", body)
                self.assertEqual((refused.status, refused["errors"][0]["pointer"]), (400, "/name"), refused)
                self.assertEqual(d.upload(PNG, "image/png", name=name).status, 400)
        self.assertEqual(d.sequence(), before)
        for name in ("x" * 200, "名" * 66, "2026年3月1日 现场（东侧）.png", "a;b=c'd.png", "%2e%2e.png", "🚒.png"):
            with self.subTest(name=name[:20]):
                fresh = here.incident()
                body = {"digest": digest, "name": name, "media_type": "image/png"}
                self.assertEqual(d.post(f"/api/v1/incidents/{fresh}/attachments", body).status, 201)

    def test_digests_that_are_none(self):
        incident = here.incident()
        for digest in ("", "sha256:", "sha256:" + "g" * 64, "sha256:" + "A" * 64, "sha256:" + "0" * 63, "md5:" + "0" * 64,
                       "0" * 64, "sha256:../../../../etc/passwd", "sha256:" + "0" * 64):
            with self.subTest(digest=digest):
                refused = d.post(f"/api/v1/incidents/{incident}/attachments",
                                 {"digest": digest, "name": "x.png", "media_type": "image/png"})
                self.assertEqual((refused.status, refused["errors"][0]["pointer"]), (400, "/digest"), refused)
                if digest:
                    self.assertEqual(d.get("/api/v1/attachments/" + quote(digest, safe="")).status, 404)
        for body in ({}, {"digest": digest_of(PNG)}, {"digest": digest_of(PNG), "name": "x.png"},
                     {"digest": digest_of(PNG), "name": "x.png", "media_type": "image/png", "size": 1},
                     {"digest": digest_of(PNG), "name": "x.png", "media_type": "image/png", "note": "x" * 4001}):
            self.assertEqual(d.post(f"/api/v1/incidents/{incident}/attachments", body).status, 400)

    def test_too_large_is_refused(self):
        head = (f"POST /api/v1/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {d.token}\r\n"
                f"Content-Type: image/jpeg\r\nContent-Length: {(64 << 20) + 1}\r\n\r\n").encode()
        self.assertIn(b" 413 ", raw_exchange(here.server.port, head, half_close=True).split(b"\r\n")[0])
        large = JPEG + b"\0" * ((2 << 20) - len(JPEG))
        self.assertEqual(d.upload(large, "image/jpeg")["size"], 2 << 20)

    def test_who_reads_and_who_brings(self):
        content = PDF + b"scoped"
        place = here.point(3)
        area = d.get(f"/api/v1/incidents/{here.incident(location=place)}")["area"]
        incident = here.incident(location=place)
        self.assertTrue(area)
        digest = d.upload(content, "application/pdf")["digest"]
        body = {"digest": digest, "name": "预案.pdf", "media_type": "application/pdf"}
        far = here.server.account("far.files", "dispatcher", area="nowhere")
        self.assertEqual(far.post(f"/api/v1/incidents/{incident}/attachments", body).problem, "outside_area")
        self.assertEqual(d.post(f"/api/v1/incidents/{incident}/attachments", body).status, 201)
        path = f"/api/v1/attachments/{digest}"
        self.assertEqual(far.get(path).problem, "outside_area")
        self.assertEqual(here.clients["team"].get(path).problem, "outside_area")
        self.assertEqual(here.server.account("near.files", "observer", area=area).get(path).raw, content)
        # A crew that is sent there brings pictures of its own and reads the plan.
        order = here.order(incident, here.crew)[0]
        crew = here.clients["team"]
        self.assertEqual(crew.get(path).raw, content)
        picture = crew.upload(JPEG + b"crew", "image/jpeg")
        self.assertEqual(picture.status, 201)
        done = crew.post(f"/api/v1/incidents/{incident}/attachments",
                         {"digest": picture["digest"], "name": "到场.jpg", "media_type": "image/jpeg"})
        self.assertEqual(done.status, 201, done)
        self.assertEqual(here.clients["observer"].upload(JPEG, "image/jpeg").problem, "not_allowed")
        self.assertEqual(Client(here.server).upload(JPEG, "image/jpeg").status, 401)
        here.finish(incident)
        self.assertTrue(order)


class Kept(unittest.TestCase):
    """A centre of its own, whose files are touched."""

    def setUp(self):
        self.server = Server()
        self.client = self.server.account("worker", "dispatcher")
        self.incident = self.client.post("/api/v1/incidents", {"kind": "fire", "title": "起火"})["incident"]["id"]
        self.addCleanup(self.server.stop)

    def attach(self, content, kind="image/jpeg", name="现场.jpg"):
        digest = self.client.upload(content, kind)["digest"]
        done = self.client.post(f"/api/v1/incidents/{self.incident}/attachments",
                                {"digest": digest, "name": name, "media_type": kind})
        self.assertEqual(done.status, 201, done)
        return digest

    def verify(self):
        return self.server.journal("verify")

    def wait_until_gone(self, file):
        deadline = time.monotonic() + 30
        while file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertFalse(file.exists())

    def age(self, digest, hours):
        old = time.time() - hours * 3600
        os.utime(file_of(self.server, digest), (old, old))

    def test_a_changed_byte_and_a_lost_file_are_found(self):
        changed, lost, well = self.attach(JPEG), self.attach(PDF, "application/pdf", "预案.pdf"), self.attach(PNG, "image/png")
        self.assertEqual(self.verify().returncode, 0)
        self.assertIn("3 attachments, 0 of them", self.verify().stdout)
        file = file_of(self.server, changed)
        content = bytearray(file.read_bytes())
        content[100] ^= 1
        file.write_bytes(content)
        file_of(self.server, lost).unlink()
        done = self.verify()
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(f"现场.jpg of {self.incident}: {changed} is changed", done.stderr)
        self.assertIn(f"预案.pdf of {self.incident}: {lost} is missing", done.stderr)
        self.assertNotIn(well, done.stderr)
        self.assertEqual(self.client.get(f"/api/v1/attachments/{lost}").problem, "data_loss")
        # The same bytes brought in again mend it.
        self.client.upload(JPEG, "image/jpeg")
        self.client.upload(PDF, "application/pdf")
        self.assertEqual(self.verify().returncode, 0)

    def test_a_power_cut_between_upload_and_attach_leaves_only_what_is_swept(self):
        named = self.attach(PNG, "image/png", "有主.png")
        orphan = self.client.upload(JPEG, "image/jpeg")["digest"]
        self.server.kill()
        (self.server.data / "attachments" / "incoming" / "7").write_bytes(b"half")
        self.assertEqual(self.verify().returncode, 0)
        self.age(orphan, 23)
        self.age(named, 1000)
        self.server.restart()
        self.assertEqual(list((self.server.data / "attachments" / "incoming").iterdir()), [])
        # Not a day old: it may still be attached, and then stays.
        kept = self.client.post(f"/api/v1/incidents/{self.incident}/attachments",
                                {"digest": orphan, "name": "迟到.jpg", "media_type": "image/jpeg"})
        self.assertEqual(kept.status, 201, kept)
        late = self.client.upload(PDF, "application/pdf")["digest"]
        self.server.kill()
        for digest in (orphan, named, late):
            self.age(digest, 25)
        self.server.restart()
        self.wait_until_gone(file_of(self.server, late))
        self.assertEqual(self.client.get(f"/api/v1/attachments/{orphan}").raw, JPEG)
        self.assertEqual(self.client.get(f"/api/v1/attachments/{named}").raw, PNG)
        gone = self.client.post(f"/api/v1/incidents/{self.incident}/attachments",
                                {"digest": late, "name": "x.pdf", "media_type": "application/pdf"})
        self.assertEqual((gone.status, gone["errors"][0]["pointer"]), (400, "/digest"))
        self.assertEqual(self.verify().returncode, 0)

    def test_a_lost_index_sweeps_nothing_that_is_named(self):
        named = self.attach(PNG, "image/png")
        orphan = self.client.upload(JPEG, "image/jpeg")["digest"]
        self.server.stop()
        for file in self.server.data.glob("subjects.sqlite*"):
            file.unlink()
        for digest in (named, orphan):
            self.age(digest, 48)
        self.server.restart()
        self.wait_until_gone(file_of(self.server, orphan))
        self.assertEqual(self.client.get(f"/api/v1/attachments/{named}").raw, PNG)

    def test_a_backup_of_all_and_its_restoration(self):
        digests = [self.attach(JPEG), self.attach(PDF, "application/pdf", "预案.pdf")]
        orphan = self.client.upload(PNG, "image/png")["digest"]
        folder = fresh_folder("b")
        alone = self.server.journal("backup", folder / "alone.sqlite")
        self.assertEqual(alone.returncode, 0)
        self.assertIn("2 attachments are not in this file", alone.stderr)
        done = self.server.journal("backup", "--all", folder / "all")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertEqual(sorted(p.name for p in (folder / "all").iterdir()), ["attachments", "journal.sqlite", "personal.sqlite"])
        self.assertEqual(self.server.journal("backup", "--all", folder / "all").returncode, 4)
        target = folder / "restored"
        done = run("journal", "restore", folder / "all", "--data", target)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("2 attachments restored", done.stdout)
        self.assertEqual(sorted(p.name for p in (folder / "all").iterdir()), ["attachments", "journal.sqlite", "personal.sqlite"])
        self.assertEqual(sorted(p.name for p in folder.iterdir()), ["all", "alone.sqlite", "restored"])
        self.assertEqual(run("journal", "restore", folder / "all", "--data", target).returncode, 4)
        restored = Server(data=target)
        self.addCleanup(restored.stop)
        client = restored.client("worker")
        for digest, content in zip(digests, (JPEG, PDF)):
            self.assertEqual(client.get(f"/api/v1/attachments/{digest}").raw, content)
        self.assertFalse(file_of(restored, orphan).exists())
        # From the journal alone a centre starts as well, and verify says what is missing.
        poor = folder / "poor"
        self.assertEqual(run("journal", "restore", folder / "alone.sqlite", "--data", poor).returncode, 0)
        told = run("journal", "verify", "--data", poor)
        self.assertEqual((told.returncode, told.stderr.count("is missing")), (1, 2), told)
        self.assertEqual(run("journal", "verify", "--data", folder / "all").returncode, 0)

    def test_a_damaged_file_does_not_cost_the_backup_of_the_rest(self):
        damaged, well = self.attach(JPEG), self.attach(PDF, "application/pdf", "预案.pdf")
        file_of(self.server, damaged).write_bytes(JPEG[:-1])
        folder = fresh_folder("b")
        done = self.server.journal("backup", "--all", folder / "all")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(f"{damaged} is changed", done.stderr)
        target = folder / "restored"
        done = run("journal", "restore", folder / "all", "--data", target)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(f"{damaged} is missing", done.stderr)
        name = well.removeprefix("sha256:")
        self.assertEqual(pathlib.Path(target, "attachments", name[:2], name).read_bytes(), PDF)
        self.assertEqual(run("journal", "replay", "--data", target).stdout, self.server.journal("replay").stdout)


if __name__ == "__main__":
    unittest.main()
