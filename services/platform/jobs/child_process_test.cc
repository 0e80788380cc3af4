// Runs real children: this program starts itself again with --job-child (see main below).

#include "services/platform/jobs/child_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/jobs/child_messages.h"
#include "services/platform/jobs/child_test_functions.h"
#include "services/platform/jobs/job_function.h"
#include "services/platform/jobs/sandbox.h"
#include "services/platform/keys/stream.h"
#include "services/platform/objects/object_store.h"
#include "services/platform/objects/testing/memory_store.h"

namespace oboro::platform {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

SecretBytes Key(uint8_t byte) {
  SecretBytes key(32);
  for (size_t i = 0; i < key.size(); ++i) key.data()[i] = byte;
  return key;
}

class ChildProcessTest : public ::testing::Test {
 protected:
  // Stores `text` as an encrypted object and makes it the input `name`.
  void AddInput(const std::string& name, const std::string& text, int parts = 1) {
    const StreamId id{"tsukuba", name};
    std::string bytes;
    StreamEncryptor stream(id, Key(1), 0, [&](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
      return absl::OkStatus();
    });
    ASSERT_OK(stream.Write(text));
    ASSERT_OK(stream.Finish());
    ChildInput input{name, id, Key(1), {}};
    const size_t step = bytes.size() / static_cast<size_t>(parts) + 1;
    for (int part = 0; part < parts; ++part) {
      ASSERT_OK_AND_ASSIGN(auto writer, store_.Create(tenant_, name, part));
      ASSERT_OK(writer->Write(absl::string_view(bytes).substr(
          std::min(bytes.size(), step * static_cast<size_t>(part)), step)));
      ASSERT_OK(writer->Commit());
      ASSERT_OK_AND_ASSIGN(auto reader, store_.Open(tenant_, name, part));
      input.parts.push_back(std::move(reader));
    }
    request_.inputs.push_back(std::move(input));
  }
  void AddOutput(const std::string& name) {
    ASSERT_OK_AND_ASSIGN(auto writer, store_.Create(tenant_, name, 0));
    writers_.push_back(std::move(writer));
    request_.outputs.push_back({name, {"tsukuba", name}, Key(2), writers_.back().get()});
  }
  absl::StatusOr<ChildResult> Run(const std::string& kind, const std::string& params = "") {
    request_.kind = kind;
    request_.params = params;
    return RunChild(std::move(request_));
  }
  std::string Ciphertext(const std::string& name) {
    auto reader = store_.Open(tenant_, name, 0);
    if (!reader.ok()) return "";
    std::string bytes(100 << 20, '\0');
    size_t size = 0;
    while (const size_t got = *(*reader)->Read(bytes.data() + size, bytes.size() - size))
      size += got;
    bytes.resize(size);
    return bytes;
  }
  absl::StatusOr<std::string> Plaintext(const std::string& name) {
    const std::string bytes = Ciphertext(name);
    size_t at = 0;
    StreamDecryptor stream({"tsukuba", name}, Key(2),
                           [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
                             const size_t n = std::min(size, bytes.size() - at);
                             std::copy_n(bytes.data() + at, n, buffer);
                             at += n;
                             return n;
                           });
    std::string text;
    while (true) {
      ASSIGN_OR_RETURN(const absl::string_view piece, stream.Read());
      if (piece.empty()) return text;
      text.append(piece.data(), piece.size());
    }
  }

  const TenantContext tenant_ =
      TenantContext::MakeResolved("tsukuba", "082201", 260000, TenantState::kActive);
  MemoryObjectStore store_;
  std::vector<std::unique_ptr<ObjectWriter>> writers_;
  ChildRequest request_;
};

TEST_F(ChildProcessTest, TurnsEncryptedInputIntoEncryptedOutput) {
  std::string text;
  while (text.size() < (20 << 20)) absl::StrAppend(&text, "つくば市,", text.size(), "\n");
  AddInput("a", text, 5);
  AddInput("b", "the second input");
  AddOutput("a-copy");
  AddOutput("b-copy");
  request_.pseudonym_key = Key(9);
  ASSERT_OK_AND_ASSIGN(const ChildResult result, Run("test.copy", R"({"k":"v"})"));
  EXPECT_EQ(result.result, R"(params {"k":"v"} key 32 first 9)");
  for (auto& writer : writers_) ASSERT_OK(writer->Commit());
  EXPECT_TRUE(*Plaintext("a-copy") == text);
  EXPECT_THAT(Plaintext("b-copy"), IsOkAndHolds("the second input"));
  const std::string bytes = Ciphertext("a-copy");
  EXPECT_EQ(bytes.find("つくば市"), std::string::npos);
  const auto& [size, digest] = result.outputs.at("a-copy");
  EXPECT_EQ(size, static_cast<int64_t>(bytes.size()));
  std::string expected(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(expected.data()), nullptr,
             EVP_sha256(), nullptr);
  EXPECT_EQ(digest, expected);
}

TEST_F(ChildProcessTest, ReportsStagesWithTimeRecordsAndPeakMemory) {
  std::vector<ChildProgress> seen;
  request_.on_progress = [&](const ChildProgress& progress) {
    seen.push_back(progress);
    return true;
  };
  ASSERT_OK_AND_ASSIGN(const ChildResult result, Run("test.stages"));
  ASSERT_EQ(result.stages.size(), 3u);
  EXPECT_EQ(result.stages[0].stage, "SMALL");
  EXPECT_EQ(result.stages[1].stage, "LARGE");
  EXPECT_EQ(result.stages[2].stage, "SMALL_AGAIN");
  EXPECT_EQ(result.stages[1].records, 77);
  if (!kSanitized) {
    constexpr int64_t kLarge = 200 << 20;
    EXPECT_LT(result.stages[0].peak_memory_bytes, kLarge);
    EXPECT_GE(result.stages[1].peak_memory_bytes, kLarge);
    EXPECT_LT(result.stages[2].peak_memory_bytes, kLarge) << "the peak is the stage's own";
  }
  EXPECT_GT(result.stages[1].seconds, 0);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().stage, "SMALL_AGAIN");
}

TEST_F(ChildProcessTest, TheChildsErrorComesBackWithItsReason) {
  const auto result = Run("test.error");
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument));
  const Reason reason = ReasonOf(result.status());
  EXPECT_EQ(reason.name, "ROW_BROKEN");
  EXPECT_EQ(reason.message_ja, "三行目");
  EXPECT_EQ(reason.metadata.at("row"), "3");
  EXPECT_THAT(Run("no.such.kind"), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(ChildProcessTest, SpoiltInputIsToldAndTheOutputDoesNotFinish) {
  AddInput("a", std::string(3 << 20, 'x'));
  request_.inputs[0].stream.tenant_id = "hamamatsu";
  AddOutput("a-copy");
  EXPECT_THAT(Run("test.copy"), HasReason("STREAM_CORRUPT"));
}

TEST_F(ChildProcessTest, AnOutputLeftOpenFailsTheJob) {
  AddOutput("out");
  EXPECT_THAT(Run("test.unfinished"), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(ChildProcessTest, AnInputNeedNotBeReadToItsEnd) {
  AddInput("a", std::string(30 << 20, 'x'), 3);
  EXPECT_THAT(Run("test.one_piece"), IsOk());
}

TEST_F(ChildProcessTest, OnlyWhatWasGivenCanBeOpened) {
  AddInput("a", "x");
  ASSERT_OK_AND_ASSIGN(const ChildResult result, Run("test.wrong_names"));
  EXPECT_EQ(result.result, "refused");
}

TEST_F(ChildProcessTest, AFailingWriterStopsTheJob) {
  class Full final : public ObjectWriter {
   public:
    absl::Status Write(absl::string_view) override {
      return absl::ResourceExhaustedError("disk full");
    }
    absl::Status Commit() override { return absl::OkStatus(); }
  } full;
  AddInput("a", std::string(5 << 20, 'x'));
  AddOutput("a-copy");
  request_.outputs[0].writer = &full;
  EXPECT_THAT(Run("test.copy"), StatusIs(absl::StatusCode::kResourceExhausted));
}

// What a parser that was taken over might try. Some attempts are answered with an error, most end
// the process; none succeeds.
TEST_F(ChildProcessTest, NothingOutsideCanBeReached) {
  std::string pattern = (fs::temp_directory_path() / "oboro-child-XXXXXX").string();
  const std::string folder = mkdtemp(pattern.data());
  {
    ASSERT_OK_AND_ASSIGN(auto objects, OpenDirectoryStore(folder + "/objects"));
    const TenantContext other =
        TenantContext::MakeResolved("hamamatsu", "221309", 780000, TenantState::kActive);
    ASSERT_OK_AND_ASSIGN(auto writer, objects->Create(other, "secret", 0));
    ASSERT_OK(writer->Write("of another tenant"));
    ASSERT_OK(writer->Commit());
  }
  const std::string object = folder + "/objects/hamamatsu/secret/000000";
  ASSERT_TRUE(fs::exists(object));
  for (const std::string& path :
       {object, std::string("/etc/passwd"), std::string("/proc/1/environ"),
        std::string("/proc/self/maps"), std::string("/dev/null")}) {
    ASSERT_OK_AND_ASSIGN(const ChildResult result, Run("test.open", path));
    EXPECT_EQ(result.result, absl::StrCat("errno ", EACCES)) << path;
  }
  const std::string planted = folder + "/planted";
  ASSERT_OK_AND_ASSIGN(const ChildResult created, Run("test.create", planted));
  EXPECT_EQ(created.result, absl::StrCat("errno ", EACCES));
  EXPECT_FALSE(fs::exists(planted));
  for (const char* attempt : {"test.socket", "test.unix_socket", "test.exec", "test.fork",
                              "test.ptrace", "test.kill", "test.rename", "test.executable_memory",
                              "test.dumpable", "test.raise_limit", "test.read_parent"}) {
    const auto result = Run(attempt, object);
    EXPECT_THAT(result, HasReason("JOB_CHILD_DIED")) << attempt;
    EXPECT_EQ(ReasonOf(result.status()).metadata["signal"], absl::StrCat(SIGSYS)) << attempt;
  }
  fs::remove_all(folder);
}

TEST_F(ChildProcessTest, TheChildInheritsNothing) {
  const int stray = open("/etc/passwd", O_RDONLY);  // Without O_CLOEXEC.
  setenv("OBORO_CANARY", "canary", 1);
  ASSERT_OK_AND_ASSIGN(const ChildResult result, Run("test.inherited"));
  close(stray);
  unsetenv("OBORO_CANARY");
  EXPECT_EQ(result.result, "");
}

TEST_F(ChildProcessTest, WhatTheWorkNeedsStillWorks) {
  ASSERT_OK_AND_ASSIGN(const ChildResult result, Run("test.allowed"));
  EXPECT_EQ(result.result, "memfd threads exception memory");
}

TEST_F(ChildProcessTest, ACrashIsToldAndLeavesNoCore) {
  const rlimit generous{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_CORE, &generous);
  std::string pattern = (fs::temp_directory_path() / "oboro-core-XXXXXX").string();
  const fs::path folder = mkdtemp(pattern.data());
  const fs::path before = fs::current_path();
  fs::current_path(folder);
  for (const auto& [kind, signal] :
       {std::pair{"test.abort", SIGABRT}, {"test.trap", SIGILL}, {"test.kill_self", SIGKILL}}) {
    const auto result = Run(kind);
    EXPECT_THAT(result, HasReason("JOB_CHILD_DIED")) << kind;
    if (!kSanitized) {
      EXPECT_EQ(ReasonOf(result.status()).metadata["signal"], absl::StrCat(signal));
    }
  }
  EXPECT_THAT(Run("test.exit"), HasReason("JOB_CHILD_DIED"));
  const auto threw = Run("test.throw");
  EXPECT_THAT(threw, StatusIs(absl::StatusCode::kInternal));
  EXPECT_FALSE(absl::StrContains(threw.status().message(), "personal"));
  EXPECT_TRUE(fs::is_empty(folder));
  fs::current_path(before);
  fs::remove_all(folder);
}

TEST_F(ChildProcessTest, TooMuchMemoryIsRefused) {
  if (kSanitized) GTEST_SKIP() << "sanitizer builds have no memory limit";
  request_.memory_limit_bytes = 256 << 20;
  EXPECT_THAT(Run("test.gobble", "heap"), HasReason("JOB_OUT_OF_MEMORY"));
  request_ = ChildRequest();
  request_.memory_limit_bytes = 256 << 20;
  const auto memfd = Run("test.gobble", "memfd");
  EXPECT_FALSE(memfd.ok());
}

TEST_F(ChildProcessTest, CancellingKills) {
  int calls = 0;
  request_.on_progress = [&](const ChildProgress& progress) {
    return progress.stage != "LOOPING" || ++calls < 2;
  };
  EXPECT_THAT(Run("test.loop"), HasReason("JOB_CANCELLED"));
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "no child is left";
}

TEST_F(ChildProcessTest, ALoopEndsAtTheTimeLimit) {
  request_.time_limit = absl::Milliseconds(300);
  EXPECT_THAT(Run("test.loop"), HasReason("JOB_TIME_LIMIT"));
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "no child is left";
}

TEST_F(ChildProcessTest, HeartbeatsComeFromASilentChild) {
  int calls = 0;
  request_.on_progress = [&](const ChildProgress&) { return ++calls < 3; };
  EXPECT_THAT(Run("test.silent"), HasReason("JOB_CANCELLED"));
}

TEST_F(ChildProcessTest, TheChildDiesWithItsParent) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t middle = fork();
  if (middle == 0) {
    ChildRequest request;
    request.kind = "test.loop";
    request.on_progress = [&](const ChildProgress& progress) {
      if (progress.stage == "LOOPING") {
        const auto pid = static_cast<pid_t>(progress.done);
        (void)!write(ends[1], &pid, sizeof pid);
        raise(SIGKILL);
      }
      return true;
    };
    (void)RunChild(std::move(request)).ok();
    _exit(1);
  }
  close(ends[1]);
  pid_t grandchild = 0;
  ASSERT_EQ(read(ends[0], &grandchild, sizeof grandchild), ssize_t{sizeof grandchild});
  waitpid(middle, nullptr, 0);
  // The pipe's last writer was `middle`; the grandchild goes by signal, at once but not atomically.
  for (int i = 0; i < 2000 && kill(grandchild, 0) == 0; ++i) {
    std::ifstream status(absl::StrCat("/proc/", grandchild, "/status"));
    const std::string text((std::istreambuf_iterator<char>(status)), {});
    if (absl::StrContains(text, "State:\tZ")) break;  // Dead; its new parent may be slow to reap.
    usleep(1000);
    ASSERT_LT(i, 1999) << "the child outlived its parent";
  }
  close(ends[0]);
}

TEST_F(ChildProcessTest, ManyRunAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3; ++i) {
        ChildRequest request;
        request.kind = "test.copy";
        if (RunChild(std::move(request)).ok()) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 12);
}

TEST(SandboxTest, FailsClosed) {
  // Each in a process of its own: a sandbox cannot be opened again.
  const auto in_child = [](const std::function<bool()>& holds) {
    const pid_t child = fork();
    if (child == 0) _exit(holds() ? 0 : 1);
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  };
  EXPECT_TRUE(in_child([] {
    return ReasonOf(CloseSandbox({.pretend_no_landlock = true})).name == "SANDBOX_FAILED";
  }));
  EXPECT_TRUE(in_child([] {
    std::atomic<bool> stop = false;
    std::thread other([&] {
      while (!stop) std::this_thread::yield();
    });
    const bool refused = ReasonOf(CloseSandbox({})).name == "SANDBOX_FAILED";
    stop = true;
    other.join();
    return refused;
  }));
}

TEST(ControlParserTest, TakesNothingButWholeMessagesOfFields) {
  const std::string bytes = EncodeControl({ControlType::kProgress, {"STAGE", "1", "2"}}) +
                            EncodeControl({ControlType::kResult, {std::string(1000, 'x')}});
  ControlParser parser;
  ControlMessage message;
  int messages = 0;
  for (const char byte : bytes) {
    parser.Add(absl::string_view(&byte, 1));
    ASSERT_OK_AND_ASSIGN(const bool whole, parser.Next(&message));
    messages += whole;
  }
  EXPECT_EQ(messages, 2);
  EXPECT_EQ(message.fields[0].size(), 1000u);
  for (const std::string& bad :
       {std::string("\0\0\0\0", 4), std::string("\xff\xff\xff\xff", 4),
        std::string("\0\0\0\4P\0\0\1", 8), std::string("\0\0\0\7P\0\0\0\7xx", 11)}) {
    ControlParser fresh;
    fresh.Add(bad);
    EXPECT_FALSE(fresh.Next(&message).ok());
  }
  const absl::Status status = StatusOf({ControlType::kError, {"3", "lower case", "message", "ja"}});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace oboro::platform

int main(int argc, char** argv) {
  const int code =
      oboro::platform::MaybeRunJobChild(argc, argv, oboro::platform::TestJobFunctions());
  if (code >= 0) return code;
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
