"""One centre on the demo county with an account of every role, shared by the tests that do not mind each other."""
import datetime
import itertools

from fenghuo_client import Client, Server, demo_region

ROLES = ["duty_officer", "dispatcher", "commander", "team", "observer", "gateway", "system_admin", "security_admin",
         "auditor", "liaison"]
_shared = None
_numbers = itertools.count(1)


class Centre:
    def __init__(self):
        self.server = Server(region=demo_region())
        self.admin = self.server.client()
        self.dispatcher = self.server.account("dispatcher", "dispatcher")
        self.facilities = self.dispatcher.all("/api/v1/map-facilities")
        self.places = self.dispatcher.all("/api/v1/places")
        self.crew = self.team()  # the team that the account `team` speaks for
        self.clients = {"dispatcher": self.dispatcher}
        for role in ROLES:
            if role not in self.clients:
                self.clients[role] = self.server.account(role, role, team=self.crew if role == "team" else None)

    def point(self, number=0):
        """A point on the map that a road leads to."""
        return self.facilities[number % len(self.facilities)]["location"]

    def team(self, client=None, **facts):
        """Registers a team; its id."""
        number = next(_numbers)
        facts = {"name": f"应急队 {number}", "capabilities": [{"capability": "rescue", "quantity": 1}],
                 "vehicles": [{"name": "救援车", "profile": "light"}], "home": self.point(number * 7), "turnout_s": 60,
                 **facts}
        made = (client or self.dispatcher).post("/api/v1/teams", facts)
        assert made.status == 201, made
        return made["team"]["id"]

    def incident(self, client=None, **facts):
        facts = {"kind": "fire", "title": f"事件 {next(_numbers)}", "location": self.point(3), **facts}
        made = (client or self.dispatcher).post("/api/v1/incidents", facts)
        assert made.status == 201, made
        return made["incident"]["id"]

    def order(self, incident, *teams, **more):
        made = self.dispatcher.post(f"/api/v1/incidents/{incident}/orders",
                                    {"items": [{"team": team} for team in teams], **more})
        assert made.status == 201, made
        return [order["order"] for order in made["orders"]]

    def move(self, order, status, client=None, **more):
        done = (client or self.dispatcher).change("POST", f"/api/v1/orders/{order}/status", {"status": status, **more})
        assert done.status == 200, done
        return done

    def open_all_roads(self):
        """Lifts every closure, so that routes can be compared with those of a program that knows of none."""
        for closure in self.dispatcher.all("/api/v1/closures?status=active"):
            done = self.dispatcher.change("POST", f"/api/v1/closures/{closure['id']}/lift", {"reason": "结束"})
            assert done.status == 200, done

    def finish(self, incident):
        """Ends every active order and closes the incident, so that its teams are free for others."""
        shown = self.dispatcher.get(f"/api/v1/incidents/{incident}").json
        for order in shown["orders"]:
            status = self.dispatcher.get(f"/api/v1/orders/{order}")["status"]
            if status not in ("released", "returned", "declined", "cancelled"):
                done = self.dispatcher.change("POST", f"/api/v1/orders/{order}/cancel", {"reason": "结束"})
                assert done.status == 200, done
        done = self.dispatcher.change("POST", f"/api/v1/incidents/{incident}/close", {"outcome": "结束"})
        assert done.status == 200, done


def shared():
    global _shared
    if _shared is None:
        _shared = Centre()
    return _shared


def anonymous(server, **more):
    return Client(server, **more)


def now(seconds=0):
    moment = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))) + datetime.timedelta(seconds=seconds)
    return moment.isoformat()
