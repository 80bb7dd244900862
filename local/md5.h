/* MD5 (RFC 1321), for S3's ETag and Content-MD5 only: never for anything that must resist attack.
 */
#ifndef LOCAL_MD5_H
#define LOCAL_MD5_H

#include <stddef.h>
#include <stdint.h>

#define MD5_SIZE 16

struct md5 {
	uint32_t state[4];
	uint64_t bytes;
	uint8_t block[64];
};
void md5_init(struct md5 *m);
void md5_add(struct md5 *m, const void *bytes, size_t n);
void md5_end(struct md5 *m, uint8_t out[MD5_SIZE]);

#endif
