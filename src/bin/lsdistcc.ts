#!/usr/bin/env node
import '../cli/lsdistcc.ts';
