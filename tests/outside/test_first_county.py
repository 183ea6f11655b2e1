"""The manual of the first sitting, played as it stands: an empty centre, its accounts, the sample workbook, the first
incident dispatched."""
import subprocess
import sys
import unittest

from fenghuo_client import PROGRAM, ROOT, clean_environment, demo_region


class FirstCounty(unittest.TestCase):
    def test_the_manual_is_true(self):
        done = subprocess.run([sys.executable, ROOT / "scenarios" / "first_county.py", "--program", PROGRAM,
                               "--region", demo_region()], capture_output=True, text=True, timeout=300,
                              env=clean_environment(), check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        for line in ("read again: 0 changes", "acknowledged", "the first incident is done"):
            self.assertIn(line, done.stdout)


if __name__ == "__main__":
    unittest.main()
