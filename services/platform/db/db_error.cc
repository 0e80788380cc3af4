#include "services/platform/db/db_error.h"

#include <pqxx/pqxx>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"

namespace oboro::platform::db_internal {
namespace {

absl::Status Internal(absl::string_view name, absl::string_view what) {
  Log(LogLevel::kError, "database transaction failed",
      {{"transaction", std::string(name)}, {"fault", std::string(what)}});
  return ReasonedError(absl::StatusCode::kInternal,
                       {"INTERNAL",
                        "The request failed inside the service; the operator finds it in the log.",
                        "サービス内部でエラーが発生しました。運営者に連絡してください。",
                        {}});
}

absl::Status AlreadyExists() {
  return ReasonedError(absl::StatusCode::kAlreadyExists,
                       {"ALREADY_EXISTS",
                        "A resource of this name exists already; choose another.",
                        "同じ名前のものが既にあります。別の名前を指定してください。",
                        {}});
}

absl::Status ReferenceMissing() {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {"REFERENCE_MISSING",
                        "The request refers to a resource that does not exist; make it first.",
                        "参照先が存在しません。先に作成してください。",
                        {}});
}

// Conditions known by their SQLSTATE: libpqxx 6 has no class of its own for them.
DbFault ClassifySqlState(const std::string& state, absl::string_view name) {
  // The server shuts down, crashed or is starting: what was open is rolled back.
  if (absl::StartsWith(state, "57P") || absl::StartsWith(state, "08")) {
    return {UnavailableError(), true, true};
  }
  if (state == "57014") return {TimeoutError()};
  if (state == "40001" || state == "40P01") return {UnavailableError(), true};
  if (state == "53300") return {UnavailableError(), true, true};
  return {Internal(name, absl::StrCat("SQLSTATE ", state))};
}

}  // namespace

absl::Status UnsafeError(absl::string_view what) {
  return ReasonedError(
      absl::StatusCode::kFailedPrecondition,
      {"DATABASE_UNSAFE",
       absl::StrCat("The service does not start on this database: ", what,
                    " Apply migrations/cluster/roles.sql and the migrations, and connect as the "
                    "service's own role."),
       absl::StrCat("このデータベースではサービスを起動できません: ", what),
       {}});
}

absl::Status UnavailableError() {
  return ReasonedError(absl::StatusCode::kUnavailable,
                       {"DATABASE_UNAVAILABLE",
                        "The database does not answer now; try again with the same request_id.",
                        "データベースが応答しません。同じ request_id で再度お試しください。",
                        {}});
}

absl::Status TimeoutError() {
  return ReasonedError(absl::StatusCode::kDeadlineExceeded,
                       {"DATABASE_TIMEOUT",
                        "The deadline passed in the database; try again with a later deadline.",
                        "データベース処理が時間内に終わりませんでした。再度お試しください。",
                        {}});
}

DbFault ClassifyCurrentException(absl::string_view name) {
  try {
    throw;
  } catch (const pqxx::serialization_failure&) {
    return {UnavailableError(), true};
  } catch (const pqxx::deadlock_detected&) {
    return {UnavailableError(), true};
  } catch (const pqxx::in_doubt_error&) {
    // It may have been committed: only the caller's request_id can tell.
    return {UnavailableError(), false, true};
  } catch (const pqxx::statement_completion_unknown&) {
    return {UnavailableError(), false, true};
  } catch (const pqxx::broken_connection&) {
    return {UnavailableError(), true, true};
  } catch (const pqxx::unique_violation&) {
    return {AlreadyExists()};
  } catch (const pqxx::foreign_key_violation&) {
    return {ReferenceMissing()};
  } catch (const pqxx::insufficient_privilege&) {
    // No grant, or a row that the policy refuses; libpqxx tells no SQLSTATE of it.
    return {Internal(name, "permission denied")};
  } catch (const pqxx::sql_error& error) {
    return ClassifySqlState(error.sqlstate(), name);
  } catch (const pqxx::failure&) {
    return {Internal(name, "libpqxx failure"), false, true};
  } catch (const std::exception&) {
    // A conversion or a fault of the closure; its text may quote a row.
    return {Internal(name, "exception in the closure")};
  }
}

}  // namespace oboro::platform::db_internal
