#include <stdio.h>
#include "sums.h"

void greet(void);

int main(void) {
  greet();
  printf("%d\n", sum_to(100));
  return 0;
}
