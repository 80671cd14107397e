#!/usr/bin/env node
import '../cli/distccd.ts';
