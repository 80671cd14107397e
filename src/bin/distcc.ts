#!/usr/bin/env node
import '../cli/distcc.ts';
