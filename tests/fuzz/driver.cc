// Replays a corpus through LLVMFuzzerTestOneInput and then runs seeded mutations of it: what fuzz
// targets are linked with when libFuzzer is not at hand (g++). Usage:
//   target CORPUS_DIR [--runs=N] [--seed=S]
// Deterministic: the same corpus, runs and seed give the same inputs. On a crash the input at work
// is in the file named by OBORO_FUZZ_KEEP, if that is set.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kMaxInput = 1 << 16;

// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  size_t Below(size_t bound) { return bound == 0 ? 0 : static_cast<size_t>(Next() % bound); }

 private:
  uint64_t state_;
};

std::vector<std::string> LoadCorpus(const std::string& directory) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> corpus;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return corpus;
}

void MutateOnce(const std::vector<std::string>& corpus, Random* random, std::string* input) {
  static constexpr unsigned char kHot[] = {0,   '\n', '\r', '"',  ',',  ';',  ':',  '-',  ' ',
                                           '{', '[',  0x7F, 0x80, 0x81, 0xA0, 0xE0, 0xEF, 0xFF};
  const size_t at = random->Below(input->size() + 1);
  switch (random->Below(7)) {
    case 0:  // flip a bit
      if (at < input->size())
        (*input)[at] = static_cast<char>((*input)[at] ^ 1 << random->Below(8));
      break;
    case 1:  // overwrite with a byte that parsers care about
      if (at < input->size()) (*input)[at] = static_cast<char>(kHot[random->Below(sizeof kHot)]);
      break;
    case 2:
      input->insert(at, 1, static_cast<char>(kHot[random->Below(sizeof kHot)]));
      break;
    case 3:
      input->erase(at, random->Below(16) + 1);
      break;
    case 4: {  // repeat a piece, sometimes many times
      const std::string piece = input->substr(at, random->Below(64) + 1);
      for (size_t n = random->Below(2) == 0 ? 1 : random->Below(200); n > 0; --n) {
        if (input->size() + piece.size() > kMaxInput) break;
        input->insert(at, piece);
      }
      break;
    }
    case 5: {  // splice in a piece of another seed
      const std::string& other = corpus[random->Below(corpus.size())];
      const size_t from = random->Below(other.size() + 1);
      input->insert(at, other, from, random->Below(128));
      break;
    }
    default:
      input->resize(at);
  }
  if (input->size() > kMaxInput) input->resize(kMaxInput);
}

void Run(const std::string& input) {
  if (const char* keep = std::getenv("OBORO_FUZZ_KEEP"); keep != nullptr) {
    std::ofstream(keep, std::ios::binary | std::ios::trunc) << input;
  }
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::string directory;
  uint64_t runs = 0;
  uint64_t seed = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("--runs=")) {
      runs = std::strtoull(argv[i] + 7, nullptr, 10);
    } else if (argument.starts_with("--seed=")) {
      seed = std::strtoull(argv[i] + 7, nullptr, 10);
    } else if (directory.empty() && !argument.starts_with("-")) {
      directory = argument;
    } else {
      std::fprintf(stderr, "usage: %s CORPUS_DIR [--runs=N] [--seed=S]\n", argv[0]);
      return 2;
    }
  }
  if (directory.empty() || !std::filesystem::is_directory(directory)) {
    std::fprintf(stderr, "%s: no corpus folder '%s'; name one that exists\n", argv[0],
                 directory.c_str());
    return 2;
  }
  std::vector<std::string> corpus = LoadCorpus(directory);
  for (const std::string& input : corpus) Run(input);
  if (corpus.empty()) corpus.emplace_back();
  Random random(seed);
  for (uint64_t run = 0; run < runs; ++run) {
    std::string input = corpus[random.Below(corpus.size())];
    for (size_t n = random.Below(6) + 1; n > 0; --n) MutateOnce(corpus, &random, &input);
    Run(input);
  }
  std::printf("%zu corpus inputs and %llu mutations passed\n", corpus.size(),
              static_cast<unsigned long long>(runs));
  return 0;
}
