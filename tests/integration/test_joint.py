"""A joint statistic of Tsukuba and Hamamatsu, from proposal to table, and what each may learn of the other.

The counts are made again from the files by csv and Counter. The co-tenant's attack is made from what Tsukuba has in
hand: the table, and its own records.
"""

import collections
import csv
import io
import itertools
import json
import subprocess
import threading
import time
import unittest

from system import CITIES, DOCUMENTS, Failed, System

DATE = "2026-04-01"
BY = ["country", "sex"]
# Counts from 1 to this less one are never shown: of each its own policy, for municipalities of this size.
MIN_COUNT = {"tsukuba": 20, "hamamatsu": 8}
MARGIN = "計"


class JointTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.addClassCleanup(cls.system.__exit__)
        cls.system.__enter__()
        cls.system.main_job()
        cls.files, cls.abstractions, cls.verdicts = {}, {}, {}
        for city, population in (("tsukuba", 2600), ("hamamatsu", 3100)):
            cls.prepare(city, population)

    @classmethod
    def prepare(cls, city, population):
        """An abstraction whose verdict lets it out to the joint tier, by a policy of the city's own."""
        as_steward = {"who": f"{city}-steward", "tenant": city}
        as_privacy = {"who": f"{city}-privacy", "tenant": city}
        text = (DOCUMENTS / "policies" / "default.yaml").read_text(encoding="utf-8")
        text = text.replace("at_least: 3, action: REFUSE", "at_least: 1, action: REFUSE")
        text = text.replace("never_shown_up_to: 19", f"never_shown_up_to: {MIN_COUNT[city] - 1}")
        policy = cls.system.work / f"{city}.yaml"
        policy.write_text(text, encoding="utf-8")
        file = cls.system.work / f"{city}.csv"
        cls.system.synth(file, CITIES[city], population, "--seed", "11")
        cls.files[city] = file
        cls.system.oboro("policies", "create", "joint", "--file", policy, **as_privacy)
        cls.system.oboro("datasets", "create", "people", "--display-name", "住民基本台帳", "--department", "citizens",
                         "--schema", DOCUMENTS / "schemas" / "resident_register.yaml", **as_steward)
        cls.abstractions[city], cls.verdicts[city] = cls.basis(city, file)

    @classmethod
    def basis(cls, city, file):
        """An abstraction of the file's records and its verdict."""
        as_steward = {"who": f"{city}-steward", "tenant": city}
        as_privacy = {"who": f"{city}-privacy", "tenant": city}
        before = {one["name"] for one in cls.snapshots(city)}
        cls.system.oboro("upload", file, "--dataset", "people", "--reference-date", DATE, **as_steward)
        snapshot = next(one["name"] for one in cls.snapshots(city) if one["name"] not in before)
        cls.system.oboro("abstraction", "run", "--snapshot", snapshot, "--recipe", "resident-register", **as_steward)
        abstraction = next(
            one["name"] for one in cls.system.oboro("abstraction", "list", **as_steward)["abstractions"]
            if one["snapshot"] == snapshot)
        cls.system.oboro("verification", "run", "--abstraction", abstraction, "--policy", "joint", **as_privacy)
        return abstraction, cls.system.oboro("verification", "list", **as_privacy)["verdicts"][0]["name"]

    @classmethod
    def snapshots(cls, city):
        return cls.system.oboro("snapshots", "list", "--dataset", "people", who=f"{city}-steward",
                                tenant=city)["snapshots"]

    # --- what the people do

    def joint(self, verb, *arguments, city="tsukuba", role="privacy"):
        return self.system.oboro("joint", verb, *arguments, who=f"{city}-{role}", tenant=city)

    def propose(self, by=BY, city="tsukuba", others=("hamamatsu",), date=DATE, role="privacy"):
        proposed = self.joint("propose", "--display-name", "圏域の国籍別男女別人口", "--purpose", "圏域計画の基礎資料",
                              "--dataset-kind", "住民基本台帳", "--reference-date", date, "--by", ",".join(by),
                              "--with", ",".join(CITIES.get(one, one) for one in others), city=city, role=role)
        return proposed["joint_statistic"]["name"].split("/")[-1]

    def consent(self, joint, city, abstraction=None, verdict=None):
        return self.joint("consent", joint, "--abstraction", abstraction or self.abstractions[city],
                          "--verdict", verdict or self.verdicts[city], city=city)["joint_statistic"]

    def events(self, city, joint):
        listed = self.system.oboro("audit", "list", "--page-size", "500", "--newest-first", who=f"{city}-auditor",
                                   tenant=city)["events"]
        return [event for event in listed if joint in event["resource"]]

    def refusals(self):
        return self.system.sql("SELECT t.municipality_code, split_part(r.actor, '#', 2), r.because FROM "
                               "aggregation.ledger_refusals r JOIN tenancy.tenants t USING (tenant_id) "
                               "ORDER BY r.create_time")

    def answers(self, joint, city="tsukuba"):
        found = self.joint("get", joint, city=city)["joint_statistic"]
        return {one["municipality_code"]: one["answer"].removeprefix("JOINT_ANSWER_")
                for one in found["participants"]}, found["state"].removeprefix("JOINT_STATE_")

    def refused(self, reason, call, *arguments, **options):
        with self.assertRaises(Failed) as refused:
            call(*arguments, **options)
        self.assertEqual(refused.exception.reason, reason)

    def read(self, joint, city):
        text = self.system.oboro("joint", "read", joint, who=f"{city}-analyst", tenant=city, text=True)
        return list(csv.DictReader(io.StringIO(text)))

    # --- what is true, counted without the service

    def truth(self, city):
        counts = collections.Counter()
        with open(self.files[city], encoding="cp932", newline="") as file:
            for row in csv.DictReader(file):
                country, sex = row["国籍"] or "日本", {"1": "男", "2": "女"}[row["性別"]]
                for key in ((country, sex), (country, MARGIN), (MARGIN, sex), (MARGIN, MARGIN)):
                    counts[key] += 1
        return counts

    def derived(self, rows, attacker, victim):
        """The victim's cells as the attacker has them: what it shows, and totals less the attacker's own."""
        own = self.truth(attacker)
        cells = {}
        for row in rows:
            key = tuple(row[name] for name in BY)
            if row["status"] != "":
                continue
            if row["団体"] == CITIES[victim]:
                cells[key] = int(row["value"])
            elif row["団体"] == MARGIN:
                cells.setdefault(key, int(row["value"]) - own[key])
        return cells

    def exposed(self, rows, attacker, victim):
        """Small counts of the victim that the attacker has, or that `oboro sdc attack` bounds below the threshold."""
        cells = self.derived(rows, attacker, victim)
        small = {key for key, count in cells.items() if 0 < count < MIN_COUNT[victim]}
        truth = self.truth(victim)
        keys = list(itertools.product(*(sorted({key[d] for key in truth}) for d in range(len(BY)))))
        file = self.system.work / "attack.csv"
        with open(file, "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([*BY, "value", "status"])
            for key in keys:
                labels = ["*" if label == MARGIN else label for label in key]
                writer.writerow([*labels, cells.get(key, ""), "" if key in cells else "X"])
        answer = self.system.oboro("sdc", "attack", "--in", file, "--dims", ",".join(BY),
                                   "--threshold", MIN_COUNT[victim])
        for cell in answer["intervals"]:
            key = tuple(MARGIN if cell[name] == "*" else cell[name] for name in BY)
            high = cell["high"]
            if 0 < truth[key] < MIN_COUNT[victim] and high is not None and high < MIN_COUNT[victim]:
                small.add(key)
        return small

    # --- the tests, in order: each makes its own proposal

    def test_1_from_proposal_to_table(self):
        joint = self.propose()
        self.assertEqual(self.answers(joint, "hamamatsu"),
                         ({CITIES["tsukuba"]: "WAITING", CITIES["hamamatsu"]: "WAITING"}, "PROPOSED"))
        self.refused("JOINT_NOT_READY", self.joint, "make", joint)
        mine = self.consent(joint, "tsukuba")
        self.assertEqual(mine["abstraction"], self.abstractions["tsukuba"])
        # Nothing of it but the answer reaches the other.
        theirs = json.dumps(self.joint("get", joint, city="hamamatsu"))
        for secret in (self.abstractions["tsukuba"], self.verdicts["tsukuba"], "tsukuba-privacy", mine["name"]):
            self.assertNotIn(secret, theirs)
        self.refused("JOINT_NOT_READY", self.joint, "make", joint)
        self.consent(joint, "hamamatsu")
        self.refused("JOINT_NOT_PROPOSER", self.joint, "make", joint, city="hamamatsu")
        made = self.joint("make", joint)["joint_statistic"]
        self.assertEqual(made["state"], "JOINT_STATE_MADE")
        self.assertEqual({one["municipality_code"]: (one["reference_date"], one["policy_version"], int(one["min_count"]))
                          for one in made["participants"]},
                         {CITIES[city]: (DATE, 1, MIN_COUNT[city]) for city in CITIES})

        rows = self.read(joint, "tsukuba")
        self.assertEqual(rows, self.read(joint, "hamamatsu"))
        self.assertEqual(len(rows), int(made["cells"]))
        truth = {CITIES[city]: self.truth(city) for city in CITIES}
        suppressed = 0
        for row in rows:
            key = tuple(row[name] for name in BY)
            whose = list(CITIES.values()) if row["団体"] == MARGIN else [row["団体"]]
            if row["status"] != "":
                self.assertEqual((row["status"], row["value"]), ("X", ""))
                suppressed += 1
                continue
            self.assertEqual(int(row["value"]), sum(truth[code][key] for code in whose), key)
            for city, code in CITIES.items():
                if code in whose:
                    self.assertFalse(0 < truth[code][key] < MIN_COUNT[city], (key, city))
        self.assertEqual(suppressed, int(made["suppressed"]))
        self.assertGreater(suppressed, 0)
        shown_totals = [row for row in rows if row["団体"] == MARGIN and row["status"] == ""]
        self.assertGreater(len(shown_totals), 3)

        # Each as the attacker on the other; then a planted leak: one total more.
        for attacker, victim in (("tsukuba", "hamamatsu"), ("hamamatsu", "tsukuba")):
            self.assertEqual(self.exposed(rows, attacker, victim), set())
            small = next(key for key, count in truth[CITIES[victim]].items() if 0 < count < MIN_COUNT[victim])
            leak = [dict(row) for row in rows]
            for row in leak:
                if row["団体"] == MARGIN and tuple(row[name] for name in BY) == small:
                    row["value"], row["status"] = str(sum(counts[small] for counts in truth.values())), ""
            self.assertIn(small, self.exposed(leak, attacker, victim))

        # Encrypted for each under a data key of its own; in nobody's row a label or figure in the clear.
        copies = self.system.sql("SELECT tenant_id, encode(sealed, 'hex') FROM aggregation.joint_statistics "
                                 f"WHERE joint_id = '{joint}'")
        self.assertEqual(len({sealed for _, sealed in copies}), 2)
        self.assertNotIn("ベトナム".encode(), self.system.dump())
        keys = self.system.sql(f"SELECT tenant_id FROM tenancy.data_keys WHERE object_id = '{joint}' AND state = 'LIVE'")
        self.assertEqual(sorted(keys), sorted([row[0]] for row in copies))
        # In each chain its own part of it, and no person of the other.
        for city in CITIES:
            own = self.events(city, joint)
            self.assertEqual({"STORE_JOINT_STATISTIC", "READ_JOINT_STATISTIC", "CONSENT_JOINT_STATISTIC"} -
                             {event["action"] for event in own}, set())
            other = "hamamatsu" if city == "tsukuba" else "tsukuba"
            self.assertNotIn(f"{other}-", json.dumps(own))
        self.refused("JOINT_STATE", self.joint, "withdraw", joint, city="hamamatsu")
        self.refused("JOINT_STATE", self.joint, "make", joint)
        # Who asked that it is made, and in vain: in the proposer's chain alone.
        self.assertEqual([(event["action"], event["outcome"]) for event in self.events("hamamatsu", joint)
                          if event["action"] == "MAKE_JOINT_STATISTIC"],
                         [("MAKE_JOINT_STATISTIC", "REFUSED")])
        made = [(event["outcome"], json.loads(event["detail_json"]).get("reason"))
                for event in self.events("tsukuba", joint) if event["action"] == "MAKE_JOINT_STATISTIC"]
        self.assertEqual(made[::-1], [("REFUSED", "JOINT_NOT_READY"), ("REFUSED", "JOINT_NOT_READY"), ("OK", None),
                                      ("REFUSED", "JOINT_STATE")])
        # The proposer's operation tells of its own part and of the join, and nothing of the other's records or cells.
        stages, done, total = self.system.sql("SELECT stages, done, total FROM jobs.jobs WHERE kind = 'aggregation.joint' "
                                              "AND state = 'SUCCEEDED'")[0]
        self.assertEqual([one["stage"] for one in json.loads(stages)], ["READ", "COUNT", "PROTECT", "JOIN"])
        self.assertEqual((done, total), ("0", "0"))
        # The evidence of its own part goes to 個人情報保護, with what the ledger said.
        for city in CITIES:
            evidence = json.loads(self.joint("read", joint, city=city)["evidence_json"])
            self.assertEqual({key: evidence["ledger"][key] for key in ("verdict", "repeats", "releases")},
                             {"verdict": "SAFE", "repeats": "", "releases": 0})

        # It is in each one's ledger: the same question is answered by the same cells, and what would tell a hidden
        # count is refused or hidden too.
        for city in CITIES:
            made = self.system.oboro("statistics", "create", "--display-name", "国籍別", "--abstraction",
                                     self.abstractions[city], "--verdict", self.verdicts[city], "--by", ",".join(BY),
                                     who=f"{city}-analyst", tenant=city)["statistic"]
            joined = {tuple(row[name] for name in BY): row["value"] for row in rows if row["団体"] == CITIES[city]}
            for row in self.system.export(made["name"], city):
                self.assertEqual(row["value"], joined[tuple(row[name] for name in BY)])

    def test_2_who_takes_no_part_sees_nothing(self):
        joint = self.propose()
        self.system.oboro("tenants", "create", "--code", "131016", "--display-name", "千代田区", "--population", "68000",
                          "--administrator", "stranger", who="operator")
        name = self.joint("get", joint)["joint_statistic"]["name"]
        for who, tenant, reason in (("hamamatsu-privacy", "hamamatsu", "NOT_FOUND"),
                                    ("stranger", "131016", "NOT_FOUND"), ("operator", "tsukuba", "ROLE_MISSING")):
            for verb in ("get", "withdraw", "read"):
                self.refused(reason, self.system.oboro, "joint", verb, name, who=who, tenant=tenant)
        # Its own copy does not help a participant to the other's, nor anybody else to any.
        third = name.split("/")
        third[1] = self.system.oboro("tenants", "get", who="stranger", tenant="131016")["tenant"]["name"].split("/")[1]
        self.refused("NOT_FOUND", self.system.oboro, "joint", "get", "/".join(third), who="hamamatsu-privacy",
                     tenant="hamamatsu")
        for role in ("steward", "analyst", "auditor", "admin"):
            self.refused("ROLE_MISSING", self.joint, "decline", joint, role=role)
        self.refused("ROLE_MISSING", self.joint, "list", role="admin")
        # A code that nobody stands behind waits like one that does not answer.
        lone = self.propose(others=("131016", "472018"))
        self.assertEqual(set(self.answers(lone)[0].values()), {"WAITING"})
        self.assertNotIn(lone, json.dumps(self.joint("list", city="hamamatsu")))
        self.refused("NOT_FOUND", self.joint, "get", lone, city="hamamatsu")

    def test_3_no_is_final(self):
        joint = self.propose()
        self.consent(joint, "tsukuba")
        self.joint("decline", joint, city="hamamatsu")
        self.assertEqual(self.answers(joint)[1], "CLOSED")
        self.refused("JOINT_STATE", self.consent, joint, "hamamatsu")
        self.refused("JOINT_NOT_READY", self.joint, "make", joint)
        joint = self.propose()
        self.consent(joint, "tsukuba")
        self.consent(joint, "hamamatsu")
        self.joint("withdraw", joint, city="hamamatsu")
        self.refused("JOINT_NOT_READY", self.joint, "make", joint)
        self.assertEqual(self.answers(joint)[0][CITIES["hamamatsu"]], "WITHDRAWN")

    def test_4_consent_is_for_ones_own_and_for_the_date(self):
        joint = self.propose()
        self.refused("NOT_FOUND", self.consent, joint, "hamamatsu", self.abstractions["tsukuba"])
        later = self.propose(date="2026-10-01")
        self.refused("JOINT_DATE_DIFFERS", self.consent, later, "tsukuba")
        unknown = self.propose(by=["country", "no_such_column"])
        self.refused("UNKNOWN_DIMENSION", self.consent, unknown, "tsukuba")

    def test_5_withdrawn_while_it_is_made_or_killed_nothing_is_half_done(self):
        """Whatever the moment: both have the table, or neither has anything of it."""
        for delay, deed in ((0.05, "withdraw"), (0.4, "withdraw"), (0.2, "kill"), (0.8, "kill")):
            joint = self.propose(by=["sex"])
            for city in CITIES:
                self.consent(joint, city)
            making = subprocess.Popen([*self.system.command("joint", "make", joint, who="tsukuba-privacy",
                                                            tenant="tsukuba"), "--json"],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      env=self.system.environment())
            threading.Event().wait(delay)
            withdrawn = False
            if deed == "kill":
                self.system.kill("oborod")
                self.system.start()
            else:
                try:
                    self.joint("withdraw", joint, city="hamamatsu")
                    withdrawn = True
                except Failed as refused:
                    self.assertEqual(refused.reason, "JOINT_STATE")
            making.communicate(timeout=240)
            self.settle()
            states = [row[0] for row in self.system.sql(
                f"SELECT state FROM aggregation.joint_statistics WHERE joint_id = '{joint}'")]
            self.assertEqual(len(set(states)), 1, (delay, deed))
            self.assertFalse(withdrawn and states[0] == "MADE", (delay, deed))
            keys = self.system.sql(f"SELECT state FROM tenancy.data_keys WHERE object_id = '{joint}'")
            self.assertEqual(keys, [["LIVE"]] * 2 if states[0] == "MADE" else [], (delay, deed))

        joint = self.propose(by=["sex"])
        for city in CITIES:
            self.consent(joint, city)
        self.assertEqual(self.joint("make", joint)["joint_statistic"]["state"], "JOINT_STATE_MADE")

    def test_6_refusals_count_against_who_asked(self):
        """A proposer can ask for what another's ledger refuses, but not at the other's cost, and he learns little."""
        shorter = self.system.work / "shorter.csv"
        shorter.write_bytes(b"".join(self.files["hamamatsu"].read_bytes().splitlines(keepends=True)[:-2]))
        abstraction, verdict = self.basis("hamamatsu", shorter)
        joint = self.propose(role="privacy2")
        self.consent(joint, "tsukuba")
        self.consent(joint, "hamamatsu", abstraction, verdict)
        before = self.refusals()
        reasons = []
        while not reasons or (reasons[-1] == "JOINT_PART_FAILED" and len(reasons) < 12):
            with self.assertRaises(Failed) as refused:
                self.joint("make", joint, role="privacy2")
            reasons.append(refused.exception.reason)
            for secret in (CITIES["hamamatsu"], "LEDGER_BASIS", "statistics/"):
                self.assertNotIn(secret, str(refused.exception))
        self.assertEqual(reasons, ["JOINT_PART_FAILED"] * 10 + ["LEDGER_REFUSALS_EXHAUSTED"])
        counted = self.refusals()[len(before):]
        self.assertEqual(counted, [[CITIES["tsukuba"], "tsukuba-privacy2", "JOINT_PART_FAILED"]] * 10)
        for city, details in (("tsukuba", {"because": "JOINT_PART_FAILED"}),
                              ("hamamatsu", {"reason": "LEDGER_BASIS_DIFFERS", "because": "LEDGER_BASIS_DIFFERS"})):
            told = [json.loads(event["detail_json"]) for event in self.events(city, joint)
                    if event["action"] == "REFUSE_JOINT_STATISTIC"]
            self.assertEqual(len(told), 10, city)
            for detail in told:
                self.assertEqual({key: detail[key] for key in ("reason", "because") if key in detail}, details)

        # Who consented, and another one of the proposer's, go on; a refusal of the own part is told and counted.
        mine = self.propose(city="hamamatsu", others=("tsukuba",))
        self.consent(mine, "tsukuba")
        self.consent(mine, "hamamatsu", abstraction, verdict)
        self.refused("LEDGER_BASIS_DIFFERS", self.joint, "make", mine, city="hamamatsu")
        self.assertEqual(self.refusals()[-1], [CITIES["hamamatsu"], "hamamatsu-privacy", "LEDGER_BASIS_DIFFERS"])
        self.assertEqual([event for event in self.events("tsukuba", mine)
                          if event["action"] == "REFUSE_JOINT_STATISTIC"], [])
        again = self.propose()
        for city in CITIES:
            self.consent(again, city)
        self.assertEqual(self.joint("make", again)["joint_statistic"]["state"], "JOINT_STATE_MADE")
        self.assertEqual(self.read(again, "tsukuba"), self.read(again, "hamamatsu"))

    def test_7_leaves_the_house_by_the_same_gate(self):
        """Each participant releases its own copy, by the hands of two of its people who did not make it."""
        def release(city, role, verb, *arguments):
            return self.system.oboro("releases", verb, *arguments, "--reason", "圏域計画の資料編", who=f"{city}-{role}",
                                     tenant=city)["release"]

        joint = self.propose(by=["sex"], city="hamamatsu", others=("tsukuba",))
        names = {city: self.joint("get", joint, city=city)["joint_statistic"]["name"] for city in CITIES}
        for city in CITIES:
            self.consent(joint, city)
        self.refused("JOINT_STATE", release, "hamamatsu", "analyst", "request", names["hamamatsu"])
        self.joint("make", joint, city="hamamatsu", role="privacy2")
        self.refused("NOT_FOUND", release, "hamamatsu", "analyst", "request", names["tsukuba"])
        self.refused("NOT_FOUND", release, "hamamatsu", "analyst", "request", names["hamamatsu"] + "x")

        asked = {city: release(city, "analyst", "request", names[city]) for city in CITIES}
        for city, one in asked.items():
            self.assertEqual((one["statistic"], one["display_name"], one["tier"], one["state"]),
                             (names[city], "圏域の国籍別男女別人口", "TIER_JOINT", "RELEASE_STATE_REQUESTED"))
            self.refused("RELEASE_UNDER_WAY", release, city, "analyst", "request", names[city])
            # Who consented made it.
            self.refused("RELEASE_SELF_REVIEW", release, city, "privacy", "approve", one["name"])
        # In the proposer's house also who had it made.
        self.refused("RELEASE_SELF_REVIEW", release, "hamamatsu", "privacy2", "approve", asked["hamamatsu"]["name"])
        release("tsukuba", "privacy2", "approve", asked["tsukuba"]["name"])
        published = self.system.oboro("releases", "publish", asked["tsukuba"]["name"], who="tsukuba-privacy",
                                      tenant="tsukuba")["release"]
        self.assertEqual([step["state"].removeprefix("RELEASE_STATE_") for step in published["steps"]],
                         ["REQUESTED", "APPROVED", "PUBLISHED"])
        # Each for itself, and both named in its chain.
        listed = {city: [(one["statistic"], one["state"].removeprefix("RELEASE_STATE_")) for one in self.system.oboro(
            "releases", "list", who=f"{city}-auditor", tenant=city)["releases"]] for city in CITIES}
        self.assertEqual(listed, {"tsukuba": [(names["tsukuba"], "PUBLISHED")],
                                  "hamamatsu": [(names["hamamatsu"], "REQUESTED")]})
        for city in CITIES:
            event = next(event for event in self.events(city, asked[city]["name"])
                         if event["action"] == "REQUEST_RELEASE")
            detail = json.loads(event["detail_json"])
            self.assertEqual(detail["municipality_codes"], sorted(CITIES.values()))
            self.assertEqual(detail["statistic"], names[city])
            self.assertTrue(detail["dataset"].endswith("/datasets/people"))

    def settle(self):
        """Waits until no joint job is under way."""
        until = time.monotonic() + 120
        while self.system.sql("SELECT job_id FROM jobs.jobs WHERE kind = 'aggregation.joint' AND "
                              "state IN ('QUEUED', 'RUNNING')"):
            self.assertLess(time.monotonic(), until, "a joint job does not end")
            threading.Event().wait(0.3)


if __name__ == "__main__":
    unittest.main()
