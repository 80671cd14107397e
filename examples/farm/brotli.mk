# brotli 1.0.7, from the sources that the npm package iltorb carries: 24 objects.
CC ?= gcc
CFLAGS := -O2 -w
CPPFLAGS := -Ibrotli/c/include -DOS_LINUX

sources := $(foreach folder,common dec enc,$(wildcard brotli/c/$(folder)/*.c))
objects := $(sources:.c=.o)

show: show.c $(objects)
	$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $^ -lm

%.o: %.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
