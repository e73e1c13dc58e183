/* Include this last, in a file whose code only runs until main has been started: its pages are then
 * given back. A compiler without the pragma leaves them where they are. */
#ifndef TINYINIT_STARTUP_ONLY_H
#define TINYINIT_STARTUP_ONLY_H

#ifdef __clang__
#pragma clang section text = "startup"
#endif

#endif
