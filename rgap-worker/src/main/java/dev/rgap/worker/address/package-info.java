/** Sources of addresses that take a program, a network service or a file to tell. */
package dev.rgap.worker.address;
