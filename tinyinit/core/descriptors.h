/* Inherited descriptors. */
#ifndef TINYINIT_DESCRIPTORS_H
#define TINYINIT_DESCRIPTORS_H

/* Closes every descriptor from `first` up. */
void descriptors_close_from(int first);

#endif
