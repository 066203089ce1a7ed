/**
 * What a listener tells by HTTP: by a socket for the local administrator, which is always there,
 * and by TCP where that is configured.
 *
 * <pre>
 *   HttpApi: Door, Door, ...     threads that wait in accept(); nothing else is there while nobody asks
 *              | the first client
 *              v
 *            Engine (Jetty)  ->  Front (who may ask)  ->  Routes  ->  Answer
 * </pre>
 */
@NullMarked
package dev.rgap.http;

import org.jspecify.annotations.NullMarked;
