/** How datagrams come and go: endpoints, the seams for sending and receiving, and UDP. */
package dev.rgap.transport;
