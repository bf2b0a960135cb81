# Install rules: library, headers, command, CMake package, pkg-config file, licence.

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/linnet)

install(TARGETS linnet EXPORT linnetTargets FILE_SET HEADERS)
install(EXPORT linnetTargets NAMESPACE linnet:: DESTINATION ${package_dir})
if(TARGET linnet_cli)
  install(TARGETS linnet_cli)
endif()
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Whoever links the static library links its dependencies too; the shared one brings its own.
if(BUILD_SHARED_LIBS)
  set(linnet_find_dependencies "")
  set(linnet_pc_public "")
  set(linnet_pc_private ${linnet_pc_libraries})
else()
  set(linnet_pc_public " ${linnet_pc_libraries}")
  set(linnet_pc_private "")
endif()

configure_package_config_file(cmake/linnetConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/linnetConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/linnetConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/linnetConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/linnetConfigVersion.cmake
  DESTINATION ${package_dir})

file(RELATIVE_PATH linnet_pc_up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/linnet.pc.in ${CMAKE_CURRENT_BINARY_DIR}/linnet.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/linnet.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
