int sum_to(int last);
