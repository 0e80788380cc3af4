#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/objects/object_names.h"
#include "services/platform/objects/object_store.h"

namespace oboro::platform {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr char kUnfinished[] = ".tmp";

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Names of files are of ids and numbers: they may be told.
absl::Status IoError(absl::string_view what, absl::string_view where) {
  const int error = errno;
  return ReasonedError(
      error == ENOSPC || error == EDQUOT ? absl::StatusCode::kResourceExhausted
                                         : absl::StatusCode::kUnavailable,
      {"OBJECT_STORE_FAILED",
       absl::StrCat("The object store could not ", what, " ", where, ": ", std::strerror(error),
                    ". Check its disk and try again."),
       "オブジェクトストアの入出力に失敗しました。ディスクを確認してから再試行してください。",
       {{"errno", absl::StrCat(error)}}});
}

std::string PartName(int part) { return absl::StrFormat("%06d", part); }

// The number in "000012" or "000012.xxx.tmp"; -1 for names that are not ours.
int PartOf(absl::string_view name) {
  int part = -1;
  if (name.size() < 6 || !absl::SimpleAtoi(name.substr(0, 6), &part)) return -1;
  return part;
}

class FileReader final : public ObjectReader {
 public:
  explicit FileReader(Fd file) : file_(std::move(file)) {}
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    while (true) {
      const ssize_t got = read(file_.get(), buffer, size);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) return IoError("read", "an object");
    }
  }

 private:
  Fd file_;
};

class FileWriter final : public ObjectWriter {
 public:
  FileWriter(Fd tenant, std::string object_id, Fd folder, Fd file, std::string temporary,
             std::string final)
      : tenant_(std::move(tenant)),
        object_id_(std::move(object_id)),
        folder_(std::move(folder)),
        file_(std::move(file)),
        temporary_(std::move(temporary)),
        final_(std::move(final)) {}

  ~FileWriter() override {
    if (committed_) return;
    unlinkat(folder_.get(), temporary_.c_str(), 0);
    // Goes only if no other part and no other writer is in it.
    unlinkat(tenant_.get(), object_id_.c_str(), AT_REMOVEDIR);
  }

  absl::Status Write(absl::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t wrote = write(file_.get(), bytes.data(), bytes.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) {
        failed_ = true;
        return IoError("write", object_id_);
      }
      bytes.remove_prefix(static_cast<size_t>(wrote));
    }
    return absl::OkStatus();
  }

  absl::Status Commit() override {
    if (failed_ || committed_) {
      return absl::FailedPreconditionError("an object is committed once, and not after an error");
    }
    failed_ = true;  // Until all of it is known to be on disk.
    if (fdatasync(file_.get()) != 0) return IoError("sync", object_id_);
    if (renameat2(folder_.get(), temporary_.c_str(), folder_.get(), final_.c_str(),
                  RENAME_NOREPLACE) != 0) {
      if (errno == EEXIST) {
        return absl::AlreadyExistsError(
            absl::StrCat("part ", final_, " of object ", object_id_, " is written already"));
      }
      return IoError("commit", object_id_);
    }
    committed_ = true;
    if (fsync(folder_.get()) != 0) return IoError("sync", object_id_);
    return absl::OkStatus();
  }

 private:
  Fd tenant_;
  const std::string object_id_;
  Fd folder_;
  Fd file_;
  const std::string temporary_;
  const std::string final_;
  bool failed_ = false;
  bool committed_ = false;
};

// Names in a folder, without "." and "..".
absl::StatusOr<std::vector<std::string>> NamesIn(int folder) {
  // A descriptor of its own: fdopendir takes it over, and offsets are shared between duplicates.
  const int copy = openat(folder, ".", kFolderFlags);
  DIR* stream = copy < 0 ? nullptr : fdopendir(copy);
  if (stream == nullptr) {
    if (copy >= 0) close(copy);
    return IoError("list", "a folder");
  }
  std::vector<std::string> names;
  while (const dirent* entry = readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  closedir(stream);
  return names;
}

class DirectoryStore final : public ObjectStore {
 public:
  explicit DirectoryStore(Fd root) : root_(std::move(root)) {}

  absl::StatusOr<std::unique_ptr<ObjectWriter>> Create(const TenantContext& tenant,
                                                       const std::string& object_id,
                                                       int part) override;
  absl::StatusOr<std::unique_ptr<ObjectReader>> Open(const TenantContext& tenant,
                                                     const std::string& object_id,
                                                     int part) override;
  absl::StatusOr<std::vector<int>> Parts(const TenantContext& tenant,
                                         const std::string& object_id) override;
  absl::Status RemovePart(const TenantContext& tenant, const std::string& object_id,
                          int part) override;
  absl::Status Remove(const TenantContext& tenant, const std::string& object_id) override;
  absl::StatusOr<std::vector<std::string>> List(const TenantContext& tenant) override;

 private:
  // Opens `name` in `parent`, making it durably when missing.
  static absl::StatusOr<Fd> MakeFolder(int parent, const std::string& name);
  // Opens ROOT/TENANT/OBJECT (or ROOT/TENANT); an invalid Fd when there is none.
  absl::StatusOr<Fd> FindFolder(const TenantContext& tenant, const std::string* object_id) const;

  Fd root_;
};

absl::StatusOr<Fd> DirectoryStore::MakeFolder(int parent, const std::string& name) {
  if (mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST) return IoError("make", name);
  // Also when it was there: who made it may not have come to this line yet.
  if (fsync(parent) != 0) return IoError("sync", name);
  Fd folder(openat(parent, name.c_str(), kFolderFlags));
  if (!folder.valid() && errno != ENOENT) return IoError("open", name);
  return folder;
}

absl::StatusOr<Fd> DirectoryStore::FindFolder(const TenantContext& tenant,
                                              const std::string* object_id) const {
  Fd folder(openat(root_.get(), tenant.id().c_str(), kFolderFlags));
  if (folder.valid() && object_id != nullptr) {
    folder = Fd(openat(folder.get(), object_id->c_str(), kFolderFlags));
  }
  if (!folder.valid() && errno != ENOENT) return IoError("open", tenant.id());
  return folder;
}

absl::StatusOr<std::unique_ptr<ObjectWriter>> DirectoryStore::Create(const TenantContext& tenant,
                                                                     const std::string& object_id,
                                                                     int part) {
  RETURN_IF_ERROR(CheckObjectName(tenant, object_id, part));
  const std::string temporary = absl::StrCat(PartName(part), ".", NewId(), kUnfinished);
  // Another writer that gives up may remove the object's empty folder under us: then once more.
  for (int attempt = 0; attempt < 100; ++attempt) {
    ASSIGN_OR_RETURN(Fd in_tenant, MakeFolder(root_.get(), tenant.id()));
    if (!in_tenant.valid()) continue;
    ASSIGN_OR_RETURN(Fd folder, MakeFolder(in_tenant.get(), object_id));
    if (!folder.valid()) continue;
    Fd file(openat(folder.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.valid()) {
      return std::make_unique<FileWriter>(std::move(in_tenant), object_id, std::move(folder),
                                          std::move(file), temporary, PartName(part));
    }
    if (errno != ENOENT) return IoError("create", object_id);
  }
  return absl::AbortedError(absl::StrCat("object ", object_id, " is being removed"));
}

absl::StatusOr<std::unique_ptr<ObjectReader>> DirectoryStore::Open(const TenantContext& tenant,
                                                                   const std::string& object_id,
                                                                   int part) {
  RETURN_IF_ERROR(CheckObjectName(tenant, object_id, part));
  ASSIGN_OR_RETURN(Fd folder, FindFolder(tenant, &object_id));
  if (!folder.valid()) return NotFoundError();
  Fd file(openat(folder.get(), PartName(part).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return errno == ENOENT ? NotFoundError() : IoError("open", object_id);
  return std::make_unique<FileReader>(std::move(file));
}

absl::StatusOr<std::vector<int>> DirectoryStore::Parts(const TenantContext& tenant,
                                                       const std::string& object_id) {
  RETURN_IF_ERROR(CheckObjectName(tenant, object_id));
  ASSIGN_OR_RETURN(Fd folder, FindFolder(tenant, &object_id));
  std::vector<int> parts;
  if (!folder.valid()) return parts;
  ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder.get()));
  for (const std::string& name : names) {
    if (name.size() == 6 && PartOf(name) >= 0) parts.push_back(PartOf(name));
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

absl::Status DirectoryStore::RemovePart(const TenantContext& tenant, const std::string& object_id,
                                        int part) {
  RETURN_IF_ERROR(CheckObjectName(tenant, object_id, part));
  ASSIGN_OR_RETURN(Fd folder, FindFolder(tenant, &object_id));
  if (!folder.valid()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder.get()));
  for (const std::string& name : names) {
    if (PartOf(name) == part && unlinkat(folder.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
      return IoError("remove", object_id);
    }
  }
  return fsync(folder.get()) == 0 ? absl::OkStatus() : IoError("sync", object_id);
}

absl::Status DirectoryStore::Remove(const TenantContext& tenant, const std::string& object_id) {
  RETURN_IF_ERROR(CheckObjectName(tenant, object_id));
  ASSIGN_OR_RETURN(Fd in_tenant, FindFolder(tenant, nullptr));
  if (!in_tenant.valid()) return absl::OkStatus();
  // A writer at work may put a file in between: then once more.
  for (int attempt = 0; attempt < 100; ++attempt) {
    ASSIGN_OR_RETURN(Fd folder, FindFolder(tenant, &object_id));
    if (!folder.valid()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder.get()));
    for (const std::string& name : names) {
      if (unlinkat(folder.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
        return IoError("remove", object_id);
      }
    }
    if (unlinkat(in_tenant.get(), object_id.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) {
      return fsync(in_tenant.get()) == 0 ? absl::OkStatus() : IoError("sync", object_id);
    }
    if (errno != ENOTEMPTY && errno != EEXIST) return IoError("remove", object_id);
  }
  return absl::AbortedError(absl::StrCat("object ", object_id, " is being written"));
}

absl::StatusOr<std::vector<std::string>> DirectoryStore::List(const TenantContext& tenant) {
  RETURN_IF_ERROR(CheckObjectName(tenant, "object"));
  ASSIGN_OR_RETURN(Fd folder, FindFolder(tenant, nullptr));
  if (!folder.valid()) return std::vector<std::string>();
  ASSIGN_OR_RETURN(std::vector<std::string> names, NamesIn(folder.get()));
  std::erase_if(names, [](const std::string& name) { return !IsId(name); });
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectStore>> OpenDirectoryStore(const std::string& root) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(root).parent_path(), error);
  if (mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) return IoError("make", root);
  Fd folder(open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return IoError("open", root);
  struct stat status;
  if (fstat(folder.get(), &status) != 0) return IoError("look at", root);
  if ((status.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the objects' folder ", root, " is open to others; run chmod 700 on it"));
  }
  return std::make_unique<DirectoryStore>(std::move(folder));
}

}  // namespace oboro::platform
