#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/platform/base/status.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::platform {

// A JobIo in memory, for tests of job functions: inputs are strings handed out in pieces of
// `piece_bytes`, outputs are strings that exist only once their sink was finished.
class MemoryJobIo final : public JobIo {
 public:
  explicit MemoryJobIo(std::string params, size_t piece_bytes = 1 << 20)
      : params_(std::move(params)), piece_bytes_(piece_bytes) {}

  void SetInput(const std::string& name, std::string plaintext) {
    inputs_[name] = std::move(plaintext);
  }
  void SetPseudonymKey(SecretBytes key) { pseudonym_key_ = std::move(key); }
  // Makes the input break off after its bytes, as a changed ciphertext does.
  void BreakInput(const std::string& name) { broken_ = name; }

  // Null when the output was never finished.
  const std::string* Output(const std::string& name) const {
    const auto found = outputs_.find(name);
    return found == outputs_.end() ? nullptr : &found->second;
  }
  const std::vector<std::string>& stages() const { return stages_; }

  const std::string& params() const override { return params_; }
  const SecretBytes& pseudonym_key() const override { return pseudonym_key_; }

  absl::StatusOr<std::unique_ptr<JobSource>> OpenInput(absl::string_view name) override {
    const auto found = inputs_.find(std::string(name));
    if (found == inputs_.end()) return absl::NotFoundError("no such input");
    return std::make_unique<Source>(found->second, piece_bytes_, broken_ == found->first);
  }

  absl::StatusOr<std::unique_ptr<JobSink>> OpenOutput(absl::string_view name) override {
    return std::make_unique<Sink>(&outputs_, std::string(name));
  }

  void Progress(absl::string_view stage, int64_t done, int64_t total) override {
    if (stages_.empty() || stages_.back() != stage) stages_.emplace_back(stage);
  }

 private:
  class Source final : public JobSource {
   public:
    Source(absl::string_view text, size_t piece, bool broken)
        : text_(text), piece_(piece), broken_(broken) {}
    absl::StatusOr<absl::string_view> Read() override {
      const absl::string_view piece = text_.substr(0, piece_);
      text_.remove_prefix(piece.size());
      if (piece.empty() && broken_) {
        return ReasonedError(absl::StatusCode::kDataLoss,
                             {"STREAM_CORRUPT", "the stream is corrupt", "", {}});
      }
      return piece;
    }

   private:
    absl::string_view text_;
    size_t piece_;
    bool broken_;
  };

  class Sink final : public JobSink {
   public:
    Sink(std::map<std::string, std::string>* outputs, std::string name)
        : outputs_(outputs), name_(std::move(name)) {}
    absl::Status Write(absl::string_view plaintext) override {
      bytes_.append(plaintext.data(), plaintext.size());
      return absl::OkStatus();
    }
    absl::Status Finish() override {
      (*outputs_)[name_] = std::move(bytes_);
      return absl::OkStatus();
    }

   private:
    std::map<std::string, std::string>* outputs_;
    std::string name_;
    std::string bytes_;
  };

  std::string params_;
  size_t piece_bytes_;
  SecretBytes pseudonym_key_;
  std::map<std::string, std::string> inputs_;
  std::string broken_;
  std::map<std::string, std::string> outputs_;
  std::vector<std::string> stages_;
};

}  // namespace oboro::platform
