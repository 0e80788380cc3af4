#include "services/aggregation/natural_order.h"

#include "absl/strings/ascii.h"

namespace oboro::aggregation {

bool NaturalLess(absl::string_view a, absl::string_view b) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!absl::ascii_isdigit(a[i]) || !absl::ascii_isdigit(b[j])) {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i;
      ++j;
      continue;
    }
    const auto number = [](absl::string_view text, size_t* at) {
      const size_t begin = *at;
      while (*at < text.size() && absl::ascii_isdigit(text[*at])) ++*at;
      absl::string_view digits = text.substr(begin, *at - begin);
      while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
      return digits;
    };
    const absl::string_view x = number(a, &i);
    const absl::string_view y = number(b, &j);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
  }
  if (i < a.size() || j < b.size()) return i == a.size();
  return a < b;  // Alike but for leading zeros: any fixed order.
}

}  // namespace oboro::aggregation
