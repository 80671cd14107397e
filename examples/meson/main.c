#include <stdio.h>

#include "sums.h"

int main(void)
{
    printf("%d\n", sum_to(100));
    return 0;
}
