#!/usr/bin/env python3
"""Runs the tests from outside: python3 tests/outside/run.py [-k PATTERN] [--full]. One line a test; the last line is
"N passed, N failed, N skipped"; exit 0 only if none failed."""
import argparse
import os
import pathlib
import sys
import time
import traceback
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


class Lines(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.passed = 0
        self._begin = 0.0

    def startTest(self, test):
        super().startTest(test)
        self._begin = time.monotonic()

    def _line(self, word, test, why=""):
        name = test.id().removeprefix("test_") if hasattr(test, "id") else str(test)
        took = time.monotonic() - self._begin if self._begin else 0.0
        print(f"{word:<7} {name}  ({took:.1f} s){'  ' + why if why else ''}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._line("passed", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line("skipped", test, reason)

    def _tell(self, test, error):
        self._line("FAILED", test)
        print("".join("    " + line + "\n" for line in "".join(traceback.format_exception(*error)).splitlines()),
              end="", flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._tell(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._tell(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._tell(subtest, err)


def tests_of(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_of(item)
        else:
            yield item


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("-k", default="", help="only tests whose name holds this text")
    arguments.add_argument("--full", action="store_true", help="all extracts, not only the two small ones")
    wish = arguments.parse_args()
    if wish.full:
        os.environ["FENGHUO_FULL"] = "1"
    from fenghuo_client import PROGRAM, end_all
    if not os.access(PROGRAM, os.X_OK):
        print(f"there is no program {PROGRAM}: build it, or name it in FENGHUO_PROGRAM")
        print("0 passed, 1 failed, 0 skipped")
        return 1
    found = unittest.defaultTestLoader.discover(str(HERE), pattern="test_*.py")
    chosen = unittest.TestSuite()
    by_class = {}
    for test in tests_of(found):
        if wish.k in test.id():
            by_class.setdefault(type(test), []).append(test)
    for tests in by_class.values():
        chosen.addTest(unittest.TestSuite(tests))
    result = Lines()
    begin = time.monotonic()
    chosen.run(result)
    end_all()
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print(f"all of it took {time.monotonic() - begin:.0f} s")
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 0 if failed == 0 and result.passed + len(result.skipped) > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
