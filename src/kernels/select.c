/* Which instruction set's kernels run. */
#include <stdio.h>
#include <string.h>

#include "build-config.h"
#include "kernels/kernel_set.h"

extern const struct kernel_set kernel_set_generic;
#ifdef KERN_X86
extern const struct kernel_set kernel_set_avx2, kernel_set_avx512;
#endif

static const struct kernel_set *select_chosen;

/* The set of this name if it was built and this CPU runs it. */
static const struct kernel_set *
select_find(const char *isa)
{
	if (strcmp(isa, "generic") == 0) return &kernel_set_generic;
#ifdef KERN_X86
	__builtin_cpu_init();
	const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
		__builtin_cpu_supports("bmi2");
	if (strcmp(isa, "avx2") == 0 && avx2) return &kernel_set_avx2;
	if (strcmp(isa, "avx512") == 0 && avx2 && __builtin_cpu_supports("avx512f") &&
		__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
		__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
		return &kernel_set_avx512;
#endif
	return NULL;
}

static const struct kernel_set *
select_widest(void)
{
	const struct kernel_set *set = select_find("avx512");
	if (!set) set = select_find("avx2");
	return set ? set : &kernel_set_generic;
}

const struct kernel_set *
kern_active(void)
{
	const struct kernel_set *set = __atomic_load_n(&select_chosen, __ATOMIC_RELAXED);
	if (set) return set;
	set = select_widest();
	__atomic_store_n(&select_chosen, set, __ATOMIC_RELAXED);
	return set;
}

enum status
kern_select(const char *isa, struct err *e)
{
	const bool widest = !isa || strcmp(isa, "auto") == 0;
	const struct kernel_set *set = widest ? select_widest() : select_find(isa);
	if (!set)
		return err_set(e, ERR_USAGE, MARK_NONE,
			"instruction set \"%s\" is unknown or not in this CPU; use one of: auto %s", isa,
			kern_isa_list());
	__atomic_store_n(&select_chosen, set, __ATOMIC_RELAXED);
	return OK;
}

const char *
kern_isa(void)
{
	return kern_active()->isa;
}

const char *
kern_isa_list(void)
{
	if (select_find("avx512")) return "generic avx2 avx512";
	return select_find("avx2") ? "generic avx2" : "generic";
}

