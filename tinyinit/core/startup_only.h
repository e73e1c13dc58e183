/* Include this last, in a file whose code only runs until main has been started: its pages are then
 * given back. A compiler without the pragma leaves them where they are; so does the address
 * sanitizer, which puts code of its own into the section, for the end. */
#ifndef TINYINIT_STARTUP_ONLY_H
#define TINYINIT_STARTUP_ONLY_H

#ifdef __clang__
#if !__has_feature(address_sanitizer)
#define STARTUP_SECTION
#pragma clang section text = "startup"
#endif
#endif

#endif
