"""Three administrators who are not one: who opens accounts gives no roles, who gives roles opens none, who reads the log
changes nothing."""
import json
import unittest

from fenghuo_client import Client, Server

PASSWORD = "Correct horse 7 battery"
OFFICES = ("system_admin", "security_admin", "auditor")


def findings(client):
    return {item["name"]: item for item in client.get("/api/v1/readiness")["items"]}


def offices(server):
    said = json.loads(server.cli("doctor", "--json").stdout)
    return {f["part"]: f for f in said["findings"]}["offices"]


class Apart(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.admin = cls.server.client()
        cls.system = cls.server.account("sys", "system_admin")
        cls.security = cls.server.account("sec", "security_admin")
        cls.auditor = cls.server.account("aud", "auditor")

    def roles(self, account):
        return self.system.get(f"/api/v1/users/{account}")["roles"]

    def grant(self, account, *roles, by=None):
        return (by or self.security).change("PUT", f"/api/v1/users/{account}", {"roles": list(roles)})

    def test_one_opens_the_account_another_gives_the_roles(self):
        early = self.system.post("/api/v1/users", {"account": "clerk", "roles": ["observer"], "password": PASSWORD})
        self.assertEqual((early.status, early.problem), (403, "not_allowed"))
        self.assertIn("PUT /api/v1/users/clerk", early["detail"])
        self.assertEqual(self.security.post("/api/v1/users", {"account": "clerk"}).status, 403)
        opened = self.system.post("/api/v1/users", {"account": "clerk", "display_name": "文员", "password": PASSWORD})
        self.assertEqual(opened.status, 201, opened)
        self.assertEqual(self.roles("clerk"), [])
        clerk = Client(self.server, token=self.server.token("clerk"))
        self.assertEqual(clerk.get("/api/v1/session")["roles"], [])
        self.assertEqual(clerk.get("/api/v1/incidents").status, 403)
        for by in (self.system, self.auditor, clerk):
            self.assertEqual(by.call("PUT", "/api/v1/users/clerk", {"roles": ["observer"]}, if_match="*").status, 403)
        self.assertEqual(self.grant("clerk", "observer").status, 200)
        self.assertEqual(clerk.get("/api/v1/incidents").status, 200)

    def test_no_account_takes_two_offices(self):
        self.server.open_account("two", "observer")
        for one in OFFICES:
            self.assertEqual(self.grant("two", one, "observer").status, 200)
            for other in OFFICES:
                if other != one:
                    refused = self.grant("two", one, other)
                    self.assertEqual((refused.status, refused.problem), (409, "administrators_apart"))
                    self.assertIn("leave one of them", refused["detail"])
            self.assertEqual(self.roles("two"), [one, "observer"])
        refused = self.admin.post("/api/v1/users", {"account": "three", "roles": ["auditor", "system_admin"]})
        self.assertEqual(refused.problem, "administrators_apart")
        self.assertEqual(self.system.get("/api/v1/users/three").status, 404)
        by_hand = self.server.cli("user", "add", "three", "--role", "auditor", "--role", "security_admin")
        self.assertEqual(by_hand.returncode, 4)
        self.assertIn("leave one of them", by_hand.stderr)
        self.assertEqual(self.grant("two", "observer").status, 200)

    def test_nobody_grants_himself_a_role(self):
        before = self.auditor.get("/api/v1/security-log?limit=1")["items"][0]["sequence"]
        own = self.server.account("own", "security_admin")
        refused = self.grant("own", "security_admin", "commander", by=own)
        self.assertEqual((refused.status, refused.problem), (403, "not_allowed"))
        self.assertIn("another security administrator", refused["detail"])
        told = self.auditor.get("/api/v1/security-log?kind=refused&account=own")["items"]
        self.assertEqual([(r["subject"], r["sequence"] > before) for r in told], [("/api/v1/users/own", True)])
        self.assertEqual(self.grant("own", "security_admin", by=own).status, 200)
        self.assertEqual(self.grant("own", "security_admin", "commander").status, 200, "another does it")
        self.assertEqual(self.grant("own", "security_admin", by=own).status, 200, "one may give up what one has")
        self.assertEqual(self.grant("own", "security_admin", "commander", by=own).status, 403)

    def test_the_work_of_each_is_not_that_of_the_others(self):
        self.server.open_account("worked.on", "observer", password=PASSWORD)
        path = "/api/v1/users/worked.on"
        for name, client in (("sys", self.system), ("aud", self.auditor)):
            with self.subTest(account=name):
                for method, end, body in (("PUT", "", {"roles": []}), ("POST", "/disable", {"reason": "x"}),
                                          ("POST", "/enable", {"reason": "x"}),
                                          ("PUT", "/password", {"password": "Another 7 phrase"}),
                                          ("DELETE", "/second-factor", None)):
                    self.assertEqual(client.call(method, path + end, body, if_match="*").status, 403, end)
        for log in ("/api/v1/security-log", "/api/v1/security-log/anchors", "/api/v1/audit"):
            self.assertEqual([c.get(log).status for c in (self.system, self.security, self.auditor)], [403, 403, 200])
        for data in ("/api/v1/incidents", "/api/v1/persons", "/api/v1/reports", "/api/v1/readiness"):
            self.assertEqual([c.get(data).status for c in (self.system, self.security, self.auditor)], [403] * 3, data)
        self.assertEqual([c.get("/api/v1/users").status for c in (self.system, self.security, self.auditor)],
                         [200, 200, 403])
        self.assertEqual([c.get("/metrics").status for c in (self.system, self.security, self.auditor)], [200, 403, 403])


class TheFoundingAccount(unittest.TestCase):
    def test_it_stands_for_the_three_until_they_are_there(self):
        server = Server()
        admin = server.client()
        first = findings(admin)
        self.assertEqual(first["administrators_together"]["codes"], ["admin"])
        self.assertEqual(first["office_without_administrator"]["codes"], list(OFFICES))
        self.assertEqual(offices(server)["health"], "warning")
        roles = admin.get("/api/v1/users/admin")["roles"]
        kept = admin.change("PUT", "/api/v1/users/admin", {"display_name": "值班室", "roles": roles})
        self.assertEqual(kept.status, 200, kept)
        gained = admin.change("PUT", "/api/v1/users/admin", {"roles": [*roles, "dispatcher"]})
        self.assertEqual((gained.status, gained.problem), (403, "not_allowed"))
        for number, office in enumerate(OFFICES):
            self.assertIn(office, offices(server)["says"])
            made = admin.post("/api/v1/users", {"account": f"office.{number}", "roles": [office], "password": PASSWORD})
            self.assertEqual(made.status, 201, made)
        then = findings(admin)
        self.assertNotIn("office_without_administrator", then)
        self.assertEqual(then["administrators_together"]["count"], 1)
        self.assertIn("admin holds more than one", offices(server)["says"])
        # What it has cannot be given to it again; a command at a desk is not touched by that.
        refused = admin.change("PUT", "/api/v1/users/admin", {"roles": roles})
        self.assertEqual((refused.status, refused.problem), (409, "administrators_apart"))
        security = Client(server, token=server.token("office.1"))
        given_up = security.change("PUT", "/api/v1/users/admin", {"roles": ["commander", "duty_officer"]})
        self.assertEqual(given_up.status, 200, given_up)
        self.assertNotIn("administrators_together", findings(admin))
        self.assertEqual(offices(server)["health"], "ok")
        # The door closes behind it: with one of the three gone again, it does not come back.
        closed = security.change("POST", "/api/v1/users/office.2/disable", {"reason": "离任"})
        self.assertEqual(closed.status, 200, closed)
        back = security.change("PUT", "/api/v1/users/admin", {"roles": list(OFFICES)})
        self.assertEqual(back.problem, "administrators_apart")
        self.assertEqual(findings(admin)["office_without_administrator"]["codes"], ["auditor"])
        server.stop()

    def test_names_only_for_those_who_may_list_accounts(self):
        server = Server()
        observer = server.account("eyes", "observer")
        self.assertEqual(findings(observer)["administrators_together"]["codes"], [])
        server.stop()


class OtherProfile(unittest.TestCase):
    def test_asvs_allows_it_and_writes_it_down(self):
        server = Server(environment={"FENGHUO_SECURITY_PROFILE": "asvs"})
        admin = server.client()
        self.assertNotIn("administrators_together", findings(admin))
        made = admin.post("/api/v1/users", {"account": "both", "roles": ["auditor", "system_admin"],
                                            "password": "several words that nobody guesses"})
        self.assertEqual(made.status, 201, made)
        changed = admin.change("PUT", "/api/v1/users/both", {"roles": ["security_admin", "system_admin"]})
        self.assertEqual(changed.status, 200, changed)
        server.open_account("by.hand", "auditor", "security_admin", password="several words that nobody guesses")
        told = {}
        for row in admin.get("/api/v1/security-log?limit=100")["items"]:
            told.setdefault((row["kind"], row["subject"]), row["detail"])
        self.assertEqual(told["account_opened", "both"], "one account holds system_admin and auditor")
        self.assertEqual(told["account_changed", "both"], "one account holds system_admin and security_admin")
        self.assertEqual(told["account_opened", "by.hand"], "one account holds security_admin and auditor")
        own = admin.get("/api/v1/users/admin")["roles"]
        gained = admin.change("PUT", "/api/v1/users/admin", {"roles": [*own, "dispatcher"]})
        self.assertEqual(gained.status, 403)
        server.stop()


if __name__ == "__main__":
    unittest.main()
