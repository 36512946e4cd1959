#include "Seam.hpp"

namespace {

// Comparisons come back as 0 or 1 in the left side's float type (float32 for integers): the seam has no Boolean element type, and
// masks are multiplied far more often than indexed.
at::Tensor mask(const at::Tensor &holds, const at::Tensor &left) {
  return holds.to(at::isFloatingType(left.scalar_type()) ? left.scalar_type() : at::kFloat);
}

}  // namespace

#define CT_BINARY(name, function) \
  ct_tensor *ct_##name(const ct_tensor *a, const ct_tensor *b) { CT_TENSOR(function(a->value, b->value)) }
#define CT_COMPARISON(name)                                                                                                   \
  ct_tensor *ct_##name(const ct_tensor *a, const ct_tensor *b) { CT_TENSOR(mask(at::name(a->value, b->value), a->value)) } \
  ct_tensor *ct_##name##_scalar(const ct_tensor *a, double b) { CT_TENSOR(mask(at::name(a->value, b), a->value)) }
#define CT_UNARY(name) \
  ct_tensor *ct_##name(const ct_tensor *t) { CT_TENSOR(at::name(t->value)) }

CT_BINARY(add, at::add)
CT_BINARY(sub, at::sub)
CT_BINARY(mul, at::mul)
CT_BINARY(div, at::div)
CT_BINARY(pow, at::pow)
CT_BINARY(maximum, at::maximum)
CT_BINARY(minimum, at::minimum)

CT_COMPARISON(lt)
CT_COMPARISON(le)
CT_COMPARISON(gt)
CT_COMPARISON(ge)
CT_COMPARISON(eq)

ct_tensor *ct_add_scalar(const ct_tensor *a, double b) { CT_TENSOR(a->value + b) }
ct_tensor *ct_mul_scalar(const ct_tensor *a, double b) { CT_TENSOR(a->value * b) }
ct_tensor *ct_div_scalar(const ct_tensor *a, double b) { CT_TENSOR(a->value / b) }
ct_tensor *ct_pow_scalar(const ct_tensor *a, double b) { CT_TENSOR(at::pow(a->value, b)) }
ct_tensor *ct_rsub_scalar(const ct_tensor *a, double b) { CT_TENSOR(b - a->value) }
ct_tensor *ct_rdiv_scalar(const ct_tensor *a, double b) { CT_TENSOR(b / a->value) }

CT_UNARY(neg)
CT_UNARY(abs)
CT_UNARY(exp)
CT_UNARY(log)
CT_UNARY(log1p)
CT_UNARY(sqrt)
CT_UNARY(sigmoid)
CT_UNARY(relu)

ct_tensor *ct_leaky_relu(const ct_tensor *t, double slope) { CT_TENSOR(at::leaky_relu(t->value, slope)) }

ct_tensor *ct_clamp(const ct_tensor *t, double low, double high) { CT_TENSOR(at::clamp(t->value, low, high)) }

ct_tensor *ct_softmax(const ct_tensor *t, int64_t dim) { CT_TENSOR(at::softmax(t->value, dim)) }

ct_tensor *ct_where(const ct_tensor *condition, const ct_tensor *a, const ct_tensor *b) {
  CT_TENSOR(at::where(condition->value.to(at::kBool), a->value, b->value))
}
