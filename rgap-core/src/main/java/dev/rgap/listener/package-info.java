/** The listening side: from a datagram to a member, with every rejection explained. */
package dev.rgap.listener;
