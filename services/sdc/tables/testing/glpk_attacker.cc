#include "services/sdc/tables/testing/glpk_attacker.h"

#include <glpk.h>

#include <cmath>
#include <vector>

namespace oboro::sdc::testing {
namespace {

bool Contains(const Grid& grid, CellId cell, CellId finest) {
  for (size_t d = 0; d < grid.rank(); ++d) {
    const auto under = grid.dim(d).leaves_under(grid.node(cell, d));
    bool has = false;
    for (uint32_t leaf : under) has = has || leaf == grid.node(finest, d);
    if (!has) return false;
  }
  return true;
}

}  // namespace

// Columns: the finest cells. Rows: every cell, as the sum of the finest cells that it contains.
GlpkAttacker::GlpkAttacker(const Grid& grid, std::span<const int64_t> values,
                           std::span<const CellStatus> statuses, int64_t lower)
    : grid_(grid) {
  glp_term_out(GLP_OFF);
  glp_prob* p = glp_create_prob();
  problem_ = p;
  std::vector<CellId> finest;
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (grid.is_finest(c)) finest.push_back(c);
  }
  glp_add_cols(p, static_cast<int>(finest.size()));
  for (size_t j = 0; j < finest.size(); ++j) {
    glp_set_col_kind(p, static_cast<int>(j) + 1, GLP_IV);
    glp_set_col_bnds(p, static_cast<int>(j) + 1, GLP_FR, 0, 0);
  }
  glp_add_rows(p, static_cast<int>(grid.cell_count()));
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    std::vector<int> index(1);
    std::vector<double> ones(1);
    for (size_t j = 0; j < finest.size(); ++j) {
      if (!Contains(grid, c, finest[j])) continue;
      index.push_back(static_cast<int>(j) + 1);
      ones.push_back(1);
    }
    const int row = static_cast<int>(c) + 1;
    glp_set_mat_row(p, row, static_cast<int>(index.size()) - 1, index.data(), ones.data());
    const double v = static_cast<double>(values[c]);
    if (!IsUnknown(statuses[c])) {
      glp_set_row_bnds(p, row, GLP_FX, v, v);
    } else {
      glp_set_row_bnds(p, row, GLP_LO, static_cast<double>(values[c] == 0 ? 0 : lower), 0);
    }
  }
}

GlpkAttacker::~GlpkAttacker() { glp_delete_prob(static_cast<glp_prob*>(problem_)); }

int64_t GlpkAttacker::Solve(CellId cell, bool maximize, bool* ok) {
  glp_prob* p = static_cast<glp_prob*>(problem_);
  const int n = glp_get_num_cols(p);
  std::vector<int> index(n + 1);
  std::vector<double> ones(n + 1);
  const int size = glp_get_mat_row(p, static_cast<int>(cell) + 1, index.data(), ones.data());
  for (int j = 1; j <= n; ++j) glp_set_obj_coef(p, j, 0);
  for (int k = 1; k <= size; ++k) glp_set_obj_coef(p, index[k], 1);
  glp_set_obj_dir(p, maximize ? GLP_MAX : GLP_MIN);
  glp_smcp lp;
  glp_init_smcp(&lp);
  lp.msg_lev = GLP_MSG_OFF;
  glp_std_basis(p);
  glp_simplex(p, &lp);
  if (glp_get_status(p) == GLP_UNBND) {
    *ok = true;
    return int64_t{1} << 40;
  }
  if (glp_get_status(p) != GLP_OPT) {
    *ok = false;
    return 0;
  }
  glp_iocp mip;
  glp_init_iocp(&mip);
  mip.msg_lev = GLP_MSG_OFF;
  glp_intopt(p, &mip);
  *ok = glp_mip_status(p) == GLP_OPT;
  return static_cast<int64_t>(std::llround(glp_mip_obj_val(p)));
}

std::pair<int64_t, int64_t> GlpkAttacker::Interval(CellId cell) {
  bool ok_low = false, ok_high = false;
  const int64_t low = Solve(cell, false, &ok_low);
  const int64_t high = Solve(cell, true, &ok_high);
  if (!ok_low || !ok_high) return {1, 0};
  return {low, high};
}

}  // namespace oboro::sdc::testing
