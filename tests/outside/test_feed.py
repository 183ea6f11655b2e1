"""The event feed: order without gaps, resuming, readers that do not read, and who is told of what."""
import threading
import time
import unittest

import centre
from fenghuo_client import Server
from fenghuo_feed import Feed


def setUpModule():
    global here, d
    here = centre.shared()
    d = here.dispatcher


def report(client, text="推送测试"):
    made = client.post("/api/v1/reports", {"channel": "web", "text": text})
    assert made.status == 201, made
    return made


class Order(unittest.TestCase):
    def test_events_come_in_order_and_none_is_missing(self):
        begin = d.sequence()
        live = Feed(d, after=begin)
        threads = [threading.Thread(target=lambda: [report(d) for _ in range(25)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        late = Feed(d, after=begin)  # joins in the middle of it
        for thread in threads:
            thread.join()
        end = d.sequence()
        self.assertGreaterEqual(end, begin + 100)
        for feed in (live, late):
            self.assertTrue(feed.wait(lambda f: feed.sequences()[-1:] == [end]), feed.sequences()[-3:])
            self.assertEqual(feed.sequences(), list(range(begin + 1, end + 1)))
            feed.close()

    def test_each_frame_is_a_cloud_event_of_the_description(self):
        made = report(d)
        feed = Feed(d, after=made["sequence"] - 1)
        self.assertTrue(feed.wait(lambda f: f))
        number, name, data = feed.frames[0]
        wrong = here.server.description.errors(data, {"$ref": "#/components/schemas/CloudEvent"})
        self.assertEqual(wrong, [])
        self.assertEqual((number, name, data["type"]), (made["sequence"], "report_received", "fenghuo.report_received"))
        self.assertEqual(data["data"]["report"], made["report"]["id"])
        self.assertEqual((data["actor"], data["drill"]), ("dispatcher", False))
        feed.close()

    def test_resuming(self):
        begin = d.sequence()
        for _ in range(10):
            report(d)
        end = d.sequence()
        for options, first in (({"after": begin}, begin + 1), ({"last_event_id": begin + 4}, begin + 5),
                               ({"after": begin, "last_event_id": begin + 7}, begin + 8), ({"after": 0}, 1)):
            with self.subTest(options=options):
                feed = Feed(d, **options)
                self.assertTrue(feed.wait(lambda f: feed.sequences()[-1:] == [end]))
                self.assertEqual(feed.sequences()[0], first)
                numbers = feed.sequences()
                self.assertEqual(numbers, sorted(set(numbers)))
                feed.close()
        feed = Feed(d)  # from now on
        time.sleep(0.3)
        made = report(d)
        self.assertTrue(feed.wait(lambda f: f))
        self.assertEqual(feed.sequences()[0], made["sequence"])
        feed.close()

    def test_a_reader_of_another_journal_is_told(self):
        answer = d.get(f"/api/v1/events?after={d.sequence() + 1000}")
        self.assertEqual((answer.status, answer.problem), (409, "conflict"))
        for rubbish in ("after=-1", "after=x", "after=1.5", "after=99999999999999999999"):
            answer = d.get("/api/v1/events?" + rubbish)
            self.assertEqual(answer.status, 400, answer)
        answer = d.get("/api/v1/events", headers={"Last-Event-ID": "nonsense"})
        self.assertEqual(answer.status, 400)

    def test_positions_are_told_once_a_second_and_have_no_number(self):
        team = here.team()
        feed = Feed(d, after=d.sequence())
        time.sleep(0.3)
        place = here.point(14)
        for i in range(40):
            d.post("/api/v1/positions", {"positions": [{"team": team, "location": place,
                                                        "device_time": centre.now(-60 + i / 100)}]})
        self.assertTrue(feed.wait(lambda f: any(e == "positions" for _, e, _ in f)))
        moved = [data for number, event, data in feed.frames if event == "positions"]
        mine = [p for data in moved for p in data if p["team"] == team]
        self.assertLess(len(mine), 20)  # 40 reports came; they are coalesced
        self.assertEqual(mine[-1]["location"]["coordinates"], place["coordinates"])
        self.assertTrue(all(number is None for number, event, _ in feed.frames if event == "positions"))
        feed.close()


class SlowReaders(unittest.TestCase):
    def test_one_that_never_reads_holds_up_nobody_and_does_not_grow(self):
        server = Server()
        writer = server.account("dispatcher", "dispatcher")
        incident = writer.post("/api/v1/incidents", {"kind": "fire"})["incident"]["id"]
        begin = writer.sequence()
        deaf = [Feed(writer, after=begin, reads=False) for _ in range(5)]
        reader = Feed(writer, after=begin)

        def memory():
            for line in open(f"/proc/{server.process.pid}/status"):
                if line.startswith("VmRSS"):
                    return int(line.split()[1])
            return 0
        text = "很长的情况说明" * 150  # about 3 KiB a note, so that socket buffers fill soon

        def note(count):
            for _ in range(count):
                done = writer.post(f"/api/v1/incidents/{incident}/notes", {"text": text})
                assert done.status == 200, done
        note(100)
        middle = memory()

        threads = [threading.Thread(target=note, args=(700,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        end = writer.sequence()
        self.assertTrue(reader.wait(lambda f: reader.sequences()[-1:] == [end], timeout=60))
        self.assertEqual(reader.sequences(), list(range(begin + 1, end + 1)))
        grown = memory() - middle
        # 2,800 notes are some 10 MB in the journal; five readers that kept all of it would take 50 MB more.
        self.assertLess(grown, 45_000, f"{grown} KiB more")
        for feed in deaf:  # what they get when they wake up at last is in order, and they can go on from there
            feed.begin()
        woken = deaf[0]
        woken.wait(lambda f: woken.sequences()[-1:] == [end], timeout=10)
        numbers = woken.sequences()
        self.assertEqual(numbers, list(range(begin + 1, begin + len(numbers) + 1)))
        again = Feed(writer, last_event_id=numbers[-1] if numbers else begin)
        if numbers[-1:] != [end]:
            self.assertTrue(again.wait(lambda f: again.sequences()[-1:] == [end], timeout=60))
            self.assertEqual(again.sequences()[0], (numbers[-1] if numbers else begin) + 1)
        for feed in deaf + [reader, again]:
            feed.close()
        self.assertEqual(server.stop(), 0)

    def test_two_hundred_readers_all_get_everything(self):
        begin = d.sequence()
        feeds = [Feed(d, after=begin) for _ in range(200)]
        for _ in range(20):
            report(d)
        end = d.sequence()
        for feed in feeds:
            self.assertTrue(feed.wait(lambda f, feed=feed: feed.sequences()[-1:] == [end]))
            self.assertEqual(feed.sequences(), list(range(begin + 1, end + 1)))
            feed.close()

    def test_readers_that_leave_in_the_middle(self):
        begin = d.sequence()
        for _ in range(60):
            feed = Feed(d, after=0, reads=False)
            feed.close()
        stays = Feed(d, after=begin)
        made = report(d)
        self.assertTrue(stays.wait(lambda f: stays.sequences()[-1:] == [made["sequence"]]))
        stays.close()


class WhoIsTold(unittest.TestCase):
    def test_a_team_hears_of_its_own_and_an_area_of_its_own(self):
        facilities = {}
        for place in here.facilities:
            facilities.setdefault(place["area"], place["location"])
        ours, theirs = sorted(n for n in facilities if n and n.count(".") == max(m.count(".") for m in facilities))[:2]
        watching = here.server.account("feed.watching", "observer", "auditor")
        local = here.server.account("feed.local", "observer", area=ours)
        begin = d.sequence()
        feeds = {"team": Feed(here.clients["team"], after=begin), "local": Feed(local, after=begin),
                 "observer": Feed(here.clients["observer"], after=begin), "watching": Feed(watching, after=begin),
                 "auditor": Feed(here.clients["auditor"], after=begin),
                 "gateway": Feed(here.clients["gateway"], after=begin),
                 "security_admin": Feed(here.clients["security_admin"], after=begin)}
        mine = here.incident(location=facilities[ours])
        others = here.incident(location=facilities[theirs])
        here.order(mine, here.crew)
        other_team = here.team(home=facilities[theirs])
        here.order(others, other_team)
        here.server.open_account("feed.new", "observer")
        last = report(d)["sequence"]  # without a place: of no area
        for incident in (mine, others):
            here.finish(incident)
        end = d.sequence()
        self.assertTrue(feeds["watching"].wait(lambda f: feeds["watching"].sequences()[-1:] == [end]))
        time.sleep(0.5)
        told = {name: [(n, e, data["data"]) for n, e, data in feed.frames if n is not None] for name, feed in feeds.items()}
        self.assertEqual([n for n, _, _ in told["watching"]], list(range(begin + 1, end + 1)))
        accounts = {"account_opened", "account_changed", "account_disabled_set"}
        self.assertEqual([n for n, _, _ in told["observer"]], [n for n, e, _ in told["watching"] if e not in accounts])
        for administrator in ("security_admin", "auditor"):
            self.assertEqual({e for _, e, _ in told[administrator]}, {"account_opened"})
        self.assertEqual(told["gateway"], [])
        self.assertIn(mine, str(told["team"]))
        self.assertIn("order_issued", {e for _, e, _ in told["team"]})
        for name in ("team", "local"):
            self.assertNotIn(others, str(told[name]), name)
            self.assertNotIn(other_team, str(told[name]), name)
            self.assertNotIn(last, [n for n, _, _ in told[name]], name)
        self.assertIn("incident_opened", {e for _, e, _ in told["local"]})
        self.assertIn("order_issued", {e for _, e, _ in told["local"]})
        for feed in feeds.values():
            feed.close()

    def test_positions_follow_the_same_rule(self):
        other = here.team()
        feed = Feed(here.clients["team"], after=d.sequence())
        everything = Feed(d, after=d.sequence())
        time.sleep(0.3)
        d.post("/api/v1/positions", {"positions": [{"team": t, "location": here.point(9)} for t in (other, here.crew)]})
        for reader in (feed, everything):
            self.assertTrue(reader.wait(lambda f: any(e == "positions" for _, e, _ in f)))
        teams = {p["team"] for _, e, data in feed.frames if e == "positions" for p in data}
        self.assertEqual(teams, {here.crew})
        teams = {p["team"] for _, e, data in everything.frames if e == "positions" for p in data}
        self.assertTrue({other, here.crew} <= teams)
        for reader in (feed, everything):
            reader.close()

    def test_an_account_that_is_closed_is_cut_off(self):
        leaver = here.server.account("feed.leaver", "observer")
        feed = Feed(leaver, after=d.sequence())
        time.sleep(0.3)
        done = here.admin.change("POST", "/api/v1/users/feed.leaver/disable", {"reason": "离职"})
        self.assertEqual(done.status, 200, done)
        self.assertTrue(feed.wait_closed(20))
        self.assertEqual(leaver.get("/api/v1/session").status, 401)


if __name__ == "__main__":
    unittest.main()
