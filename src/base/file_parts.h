/* What file.c and file_writer.c share. Used in src/base/ only. */
#ifndef BASE_FILE_PARTS_H
#define BASE_FILE_PARTS_H

/* A descriptor of the folder that path is in, for reading; -1 with errno. */
int file_open_folder(const char *path);

#endif
