#include <cstdio>

extern "C" void greet() { std::puts("The sum is"); }
