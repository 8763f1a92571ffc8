import unittest

from bench.comparison import figures
from bench.comparison.figures import Figure
from bench.comparison.targets import (
    CryptoLimit,
    ours_at_least,
    ours_at_most,
    ratio_at_least,
    ratio_at_most,
)
from tests.bench.results_made import metric, series


class FiguresTest(unittest.TestCase):
    def test_a_figure_is_its_median_with_the_spread(self):
        self.assertEqual(Figure((3.0, 1.0, 2.0), "us").median, 2)
        self.assertEqual(Figure((4.0, 1.0, 2.0, 3.0), "us").median, 2.5)
        self.assertEqual(Figure((3.0, 1.0, 2.0), "us").text(), "2.00 us (1.00 us to 3.00 us)")
        self.assertEqual(Figure((3.0,), "us").text(), "3.00 us")

    def test_values_have_three_digits_and_a_prefix(self):
        for value, unit, text in (
            (5.123e6, "msg/s", "5.12 M msg/s"),
            (1234, "conn/s", "1.23 k conn/s"),
            (999, "msg/s", "999 msg/s"),
            (2048, "bytes", "2.00 KB"),
            (12, "bytes", "12.0 B"),
            (5 * 1024**2, "bytes", "5.00 MB"),
            (12345.6, "ns", "12,346 ns"),
            (0, "ns", "0.00 ns"),
            (31234, "", "31,234"),
            (250, "MB/s", "250 MB/s"),
        ):
            self.assertEqual(figures.format_value(value, unit), text)

    def test_a_metric_is_found_by_its_name(self):
        of = series("ours", metric("a", "us", 1, 2), metric("none", "us"))
        self.assertEqual(figures.figure(of, "a"), Figure((1, 2), "us"))
        self.assertIsNone(figures.figure(of, "b"))
        self.assertIsNone(figures.figure(of, "none"))

    def test_two_metrics_of_one_server_are_divided_run_by_run(self):
        of = series("ours", metric("a", "bytes", 1, 8), metric("b", "bytes", 2, 4))
        self.assertEqual(figures.figure(of, "a / b"), Figure((0.5, 2), "x"))
        self.assertIsNone(figures.figure(of, "a / c"))
        zero = series("ours", metric("a", "bytes", 1), metric("b", "bytes", 0))
        self.assertIsNone(figures.figure(zero, "a / b"))
        unequal = series("ours", metric("a", "bytes", 1, 2), metric("b", "bytes", 1))
        self.assertIsNone(figures.figure(unequal, "a / b"))

    def test_a_ratio_is_ours_by_the_peers(self):
        self.assertEqual(figures.ratio(Figure((1, 2, 3), "us"), Figure((4,), "us")), 0.5)
        self.assertIsNone(figures.ratio(Figure((1,), "us"), Figure((0,), "us")))
        self.assertIsNone(figures.ratio(None, Figure((1,), "us")))
        self.assertIsNone(figures.ratio(Figure((1,), "us"), None))

    def test_targets_are_met_up_to_their_value(self):
        ours, peer = Figure((10,), "us"), Figure((20,), "us")
        for limits, expected in (
            ([ours_at_most(10, "us")], "yes"),
            ([ours_at_most(9.9, "us")], "no"),
            ([ours_at_least(10, "us")], "yes"),
            ([ours_at_least(10.1, "us")], "no"),
            ([ratio_at_most(0.5)], "yes"),
            ([ratio_at_most(0.49)], "no"),
            ([ratio_at_least(0.5)], "yes"),
            ([ratio_at_least(0.51)], "no"),
            ([ours_at_most(10, "us"), ratio_at_most(0.4)], "no"),
            ([], "-"),
        ):
            self.assertEqual(figures.is_met(limits, ours, peer), expected, limits)
        self.assertEqual(figures.is_met([ratio_at_most(1)], ours, None), "-")
        self.assertEqual(figures.is_met([ours_at_most(1, "us")], None, peer), "-")

    def test_targets_are_written_out(self):
        self.assertEqual(figures.limit_text(ours_at_most(2048, "bytes")), "<= 2.00 KB")
        self.assertEqual(figures.limit_text(ours_at_least(95, "%")), ">= 95.0 %")
        self.assertEqual(figures.limit_text(ratio_at_most(1 / 20)), "ratio <= 1/20")
        self.assertEqual(figures.limit_text(ratio_at_most(1)), "ratio <= 1")
        self.assertEqual(figures.limit_text(ratio_at_least(2.5)), "ratio >= 2.5")

    def test_a_storms_target_is_made_of_nodes_and_the_cost_of_a_handshake(self):
        limit = figures.plain_limit(CryptoLimit(1.3), nodes=10_000, handshake_us=500)
        self.assertAlmostEqual(limit.value, 6.5)
        self.assertEqual(figures.limit_text(limit), "<= 6.50 s")

    def test_the_busier_side_is_known_only_when_both_were_measured(self):
        self.assertTrue(figures.generator_was_busier(series("x", generator=60, cpu=50)))
        self.assertFalse(figures.generator_was_busier(series("x", generator=50, cpu=50)))
        self.assertFalse(figures.generator_was_busier(series("x", generator=50, cpu=-1)))


if __name__ == "__main__":
    unittest.main()
