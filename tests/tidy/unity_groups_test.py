"""Sources that are compiled together have no name twice, and none is forgotten that could be."""

import os
import unittest

from cmake.unity_groups import LINES_MAX, groups, own_names, put_together
from tests.support.places import TempDir

CODE = """\
#include "a/shared.h"

namespace antiphon {
namespace {

constexpr int64_t kFirst = 1;
const std::array<Row, 2> kRows{{
    {"a", 1},
    {"b", 2},
}};
using Names = std::vector<std::string>;
struct Place {
  int line = 0;
};
std::string joined(const Names& names,
                   std::string_view with) {
  const int kInside = 1;
  return text_of(names, with, kInside);
}
template <class T>
bool is_any(T value) {
  return value != T{};
}
TEST(Place, IsOne) {}

}  // namespace

int for_all() { return 1; }

}  // namespace antiphon
"""


def source(*names: str, head: str = "") -> str:
    inside = "\n".join(f"constexpr int {name} = 1;" for name in names)
    return f"{head}namespace antiphon {{\nnamespace {{\n{inside}\n}}  // namespace\n}}  // namespace antiphon\n"


class UnityGroups(unittest.TestCase):
    def setUp(self):
        self._root = TempDir()
        self.addCleanup(self._root.remove)

    def _groups(self, **texts: str) -> list[list[str]]:
        for name, text in texts.items():
            self._root.write(f"{name}.cc", text)
        found = groups(self._root.path, [self._root.file(f"{name}.cc") for name in texts])
        return [[os.path.basename(path)[:-3] for path in files] for files in found]

    def test_own_names_are_those_of_unnamed_namespaces(self):
        self.assertEqual(own_names(CODE), {"kFirst", "kRows", "Names", "Place", "joined", "is_any"})

    def test_files_with_the_same_name_are_kept_apart(self):
        self.assertEqual(self._groups(one=source("kA"), two=source("kB"), other=source("kA"), last=source("kC")),
                         [["one", "two", "last"]])

    def test_a_second_group_takes_whom_the_first_cannot(self):
        self.assertEqual(self._groups(one=source("kA"), two=source("kA"), three=source("kB"), four=source("kB")),
                         [["one", "three"], ["two", "four"]])

    def test_a_group_ends_where_it_is_long(self):
        half = "\n" * (LINES_MAX // 2)
        self.assertEqual(self._groups(one=source("kA", head=half), two=source("kB", head=half), three=source("kC")),
                         [["one", "three"]])

    def test_a_name_of_a_header_is_nobody_elses_own(self):
        self._root.write("inner.h", "namespace antiphon {\nstruct Taken {\n};\n}  // namespace antiphon\n")
        self._root.write("outer.h", '#include "inner.h"\n')
        includes = '#include "outer.h"\n'
        self.assertEqual(self._groups(one=source("kA", head=includes), two=source("Taken"), three=source("kB")),
                         [["one", "three"]])

    def test_macros_are_nobody_elses(self):
        self.assertEqual(self._groups(one=source("kA", head="#define X 1\n"), two=source("kB"), three=source("kC")),
                         [["two", "three"]])

    def test_a_group_names_its_sources_from_the_root(self):
        files = [self._root.write(f"{name}.cc", source(own)) for name, own in (("a/one", "kA"), ("b/two", "kB"))]
        alone = self._root.write("a/alone.cc", source("kC", head="#define X 1\n"))
        folder = self._root.file("out")
        unity = os.path.join(folder, "unity_0.cc")
        self.assertEqual(put_together(self._root.path, folder, [*files, alone]), [alone, unity])
        with open(unity, encoding="utf-8") as text:
            self.assertEqual(text.read(), '#include "a/one.cc"\n#include "b/two.cc"\n')


if __name__ == "__main__":
    unittest.main()
