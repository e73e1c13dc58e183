/* Include this last, in a file whose code only runs until main has been started: its pages are then
 * given back. The build says where that is known to work: the section has to be the last of its
 * segment. A sanitizer puts code for the end into it, and GNU ld puts .fini after it. */
#ifndef TINYINIT_STARTUP_ONLY_H
#define TINYINIT_STARTUP_ONLY_H

#ifdef TINYINIT_STARTUP_SECTION
#pragma clang section text = "startup"
#endif

#endif
