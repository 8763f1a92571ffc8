import unittest

from bench.comparison.page import BEGIN, END, BadMarkers, replaced


class PageTest(unittest.TestCase):
    def test_what_stands_between_the_markers_is_replaced(self):
        document = f"before\n{BEGIN}\nold\n\nold\n{END}\nafter\n"
        expected = f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
        self.assertEqual(replaced(document, "new", "x.md"), expected)
        self.assertEqual(replaced(expected, "new\n", "x.md"), expected)

    def test_markers_with_nothing_between_are_enough(self):
        self.assertEqual(
            replaced(f"{BEGIN}\n{END}", "new", "x.md"), f"{BEGIN}\n\nnew\n\n{END}\n"
        )

    def check_refused(self, document: str, *said: str):
        with self.assertRaises(BadMarkers) as caught:
            replaced(document, "new", "docs/x.md")
        for text in said:
            self.assertIn(text, str(caught.exception))

    def test_a_missing_marker_is_named_with_its_document(self):
        self.check_refused("text\n", "docs/x.md", BEGIN)
        self.check_refused(f"{END}\n", "docs/x.md", BEGIN)
        self.check_refused(f"text\n{BEGIN}\n", "docs/x.md", END)

    def test_markers_in_the_wrong_places_are_named_with_their_lines(self):
        self.check_refused(f"text\n{END}\n{BEGIN}\n", "docs/x.md:2:", END)
        self.check_refused(f"{BEGIN}\n{END}\ntext\n{BEGIN}\n", "docs/x.md:4:", BEGIN)

    def test_a_marker_inside_a_line_is_none(self):
        self.check_refused(f"see {BEGIN}\n{END}\n", BEGIN)


if __name__ == "__main__":
    unittest.main()
