import unittest

from bench.comparison import tables
from bench.comparison.scenarios import SCENARIOS
from bench.comparison.targets import (
    TABLES,
    CryptoLimit,
    Row,
    Table,
    Unmeasured,
    ours_at_most,
    ratio_at_most,
)
from tests.bench.results_made import failed, metric, result, series

NAME = "ping-plain-10000"
ROW = Row("a ping", NAME, "last", (ours_at_most(9, "ms"), ratio_at_most(0.5)))


def lines_of(row, scenarios) -> list[str]:
    """The table's lines below its head."""
    text = tables.table_text(Table("T", (row,)), scenarios)
    return text.splitlines()[4:]


class TablesTest(unittest.TestCase):
    def test_every_row_names_a_scenario_and_every_scenario_a_row(self):
        used = {row.scenario for table in TABLES for row in table.rows if isinstance(row, Row)}
        self.assertEqual(used, set(SCENARIOS))

    def test_a_row_shows_both_sides_the_ratio_and_the_verdict(self):
        ours = series("ours", metric("last", "ms", 2, 4, 3))
        peer = series("peer", metric("last", "ms", 8, 6, 7))
        self.assertEqual(
            lines_of(ROW, {NAME: result((ours, peer))}),
            [
                f"| `{NAME}` | a ping | 3.00 ms (2.00 ms to 4.00 ms) |"
                " 7.00 ms (6.00 ms to 8.00 ms) | 0.429 | <= 9.00 ms, ratio <= 1/2 | yes | 3 |"
            ],
        )

    def test_the_second_case_is_found(self):
        first = (series("ours", metric("last", "ms", 1)), series("peer"))
        second = (series("ours", metric("last", "ms", 2)), series("peer"))
        row = Row("a ping", NAME, "last", case=1)
        self.assertIn("2.00 ms", lines_of(row, {NAME: result(first, second)})[0])

    def test_a_busier_generator_is_marked_with_what_both_used(self):
        ours = series("ours", metric("last", "ms", 2), generator=60, cpu=50)
        peer = series("peer", metric("last", "ms", 8))
        lines = lines_of(ROW, {NAME: result((ours, peer))})
        self.assertIn("2.00 ms † | 8.00 ms |", lines[0])
        self.assertIn(tables.MARK_LEGEND, lines)
        self.assertIn("60 % of a core, ours 50 %", lines[-1])

    def test_processor_time_is_not_marked_for_a_busy_generator(self):
        ours = series("ours", metric("last", "ms", 2), generator=60, cpu=50)
        row = Row("a ping", NAME, "last", wall=False)
        text = "\n".join(lines_of(row, {NAME: result((ours, series("peer")))}))
        self.assertNotIn(tables.MARK, text)

    def test_a_scenario_that_failed_stays_with_its_reason_and_target(self):
        line = lines_of(ROW, {NAME: failed("no | server")})[0]
        self.assertIn("failed: no \\| server", line)
        self.assertIn("| <= 9.00 ms, ratio <= 1/2 | no | 0 |", line)

    def test_a_run_of_ours_that_lost_messages_meets_nothing(self):
        ours = series("ours", metric("last", "ms", 2), failures=["3 messages lost"])
        peer = series("peer", metric("last", "ms", 8))
        line = lines_of(ROW, {NAME: result((ours, peer))})[0]
        self.assertIn("2.00 ms; failed in 1 of the runs: 3 messages lost", line)
        self.assertIn("| no | 1 |", line)

    def test_a_row_without_a_peer_says_why(self):
        made = result((series("ours", metric("last", "ms", 2)),), alone="not through after 330 s")
        self.assertIn(
            "| 2.00 ms, alone | not through after 330 s | - |", lines_of(ROW, {NAME: made})[0]
        )

    def test_a_marked_row_is_of_another_sitting_which_is_described(self):
        both = (series("ours", metric("last", "ms", 2)), series("peer"))
        made = {
            "idle-plain": result(both, mark="", handshake_us=535.2),
            NAME: result(both, mark="‡", machine="another machine", handshake_us=417),
        }
        self.assertTrue(lines_of(ROW, made)[0].startswith(f"| `{NAME}` ‡ | a ping |"))
        first, second = tables.text(made).split("Rows with ‡:")
        self.assertIn("- Machine: some machine", first)
        self.assertIn("535 us", first)
        self.assertIn("- Machine: another machine", second)
        self.assertIn("417 us", second.split("```")[0])

    def test_a_storms_target_is_that_of_its_own_sitting(self):
        row = Row("back", "storm-10000-2s", "all back after", (CryptoLimit(1.3),))
        both = (series("ours", metric("all back after", "s", 6)), series("peer"))
        made = result(both, nodes=10_000, handshake_us=500)
        self.assertIn("| <= 6.50 s | yes |", lines_of(row, {"storm-10000-2s": made})[0])
        made["handshake_us"] = 400
        self.assertIn("| <= 5.20 s | no |", lines_of(row, {"storm-10000-2s": made})[0])

    def test_a_scenario_that_was_not_run_says_so(self):
        self.assertIn("| not measured yet | - | - | <= 9.00 ms", lines_of(ROW, {})[0])

    def test_a_case_or_metric_that_is_not_there_is_no_crash(self):
        self.assertIn("failed: it printed too few results", lines_of(ROW, {NAME: result()})[0])
        both = (series("ours"), series("peer"))
        self.assertIn("| - | - | - | <= 9.00 ms", lines_of(ROW, {NAME: result(both)})[0])

    def test_what_is_not_measured_here_has_its_reason(self):
        line = lines_of(Unmeasured("a thing", "<= 1 ms", "too hard"), {})[0]
        self.assertEqual(
            line, "| - | a thing | not measured here: too hard | - | - | <= 1 ms | - | - |"
        )

    def test_above_the_tables_stand_machine_versions_date_and_commands(self):
        made = {
            NAME: result(note="9 instead of 10 nodes: the descriptor limit"),
            "slow-1-of-10": result(date="2026-01-04"),
        }
        text = tables.text(made)
        self.assertIn("- Machine: some machine\n- Ours: ours 1; peer: peer 2; generator: ", text)
        self.assertIn("- Measured: 2026-01-02 to 2026-01-04", text)
        self.assertIn(
            f"# {NAME} (9 instead of 10 nodes: the descriptor limit)\nantiphon bench\n", text
        )
        self.assertNotIn("Only tried", text)

    def test_the_row_says_that_a_fleet_is_smaller_than_it_should_be(self):
        both = (series("ours", metric("last", "ms", 2)), series("peer"))
        made = {NAME: result(both, note="9 instead of 10 nodes: the descriptor limit")}
        line = lines_of(ROW, made)[0]
        self.assertIn("a ping (9 instead of 10 nodes: the descriptor limit)", line)

    def test_what_was_only_tried_is_said_to_be(self):
        text = tables.text({NAME: result(quick=True)})
        self.assertIn(f"says nothing:** `{NAME}`", text)

    def test_with_no_results_all_rows_are_there(self):
        text = tables.text({})
        rows = sum(len(table.rows) for table in TABLES)
        body = [line for line in text.splitlines() if line.startswith("|")]
        self.assertEqual(len(body), rows + 2 * len(TABLES))


if __name__ == "__main__":
    unittest.main()
