const pattern = /^(?:\w+(?:[-.]\w+){1,3}-)?(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+)(?:-[\d.]+)?$/;

/** Is this a compiler's name? `gcc`, `g++-12`, `x86_64-linux-gnu-gcc-12`, but not `gcc-ar` or `c89-gcc`. */
export function isCompilerName(name: string): boolean {
  return pattern.test(name);
}
